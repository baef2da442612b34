/** Whether a pattern takes the namespace. */
export function matchesNamespace(pattern: string, namespace: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? namespace.startsWith(pattern.slice(0, -1)) : namespace === pattern;
}
