import { limits } from '@infra-services/idempotency-contract';

/** `*` for all; `payments.*` for all that begin with `payments.`; or one namespace. As JSON Schema. */
export const namespacePatternField = {
  type: 'string',
  maxLength: limits.namespaceMaxLength,
  pattern: String.raw`^(\*|[A-Za-z0-9._:-]+|[A-Za-z0-9._:-]*[A-Za-z0-9_:-]\.\*)$`,
};

/** A tenant's name, as JSON Schema: part of every identity, so it has the characters of a namespace. */
export const tenantField = {
  type: 'string',
  maxLength: limits.namespaceMaxLength,
  pattern: '^[A-Za-z0-9._:-]+$',
};

/** Whether a pattern takes the namespace. */
export function matchesNamespace(pattern: string, namespace: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? namespace.startsWith(pattern.slice(0, -1)) : namespace === pattern;
}
