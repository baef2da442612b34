import type { OutgoingHttpHeaders } from 'node:http';

/** Header fields as the core takes them: lower-case names, each value apart. */
export function capturedHeaders(headers: OutgoingHttpHeaders): ReadonlyMap<string, readonly string[]> {
  const captured = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) captured.set(name.toLowerCase(), Array.isArray(value) ? value : [String(value)]);
  }
  return captured;
}
