import type { JsonValue } from '@infra-services/idempotency-contract';
import canonicalize from 'canonicalize';

/**
 * The canonical form of a JSON value, RFC 8785 (JCS). It says how ECMAScript's `JSON.stringify` writes texts and numbers, and in
 * which order members come.
 *
 * So an object with no objects and arrays in it, as most requests are, is put in order and written by the platform in one go, in
 * half the time. The library writes all others, and refuses what is no I-JSON.
 *
 * @throws Error for NaN, an infinity, a lone surrogate, a cycle.
 */
export function canonicalJson(value: JsonValue): string | undefined {
  return flatForm(value) ?? canonicalize(value);
}

/** Undefined for what is not flat, or not for certain. */
function flatForm(value: JsonValue): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const sorted: Record<string, JsonValue> = {};
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (!isPlain(member) || !staysInPlace(name)) return undefined;
    sorted[name] = member;
  }
  const text = JSON.stringify(sorted);
  // A lone surrogate is written as an escape. (So is the text `\ud` itself: the library tells.)
  return text.includes(String.raw`\ud`) ? undefined : text;
}

function isPlain(member: unknown): member is string | number | boolean | null {
  if (typeof member === 'number') return Number.isFinite(member);
  return typeof member === 'string' || typeof member === 'boolean' || member === null;
}

const ZERO = 0x30;
const NINE = 0x39;

/** Objects put names that are indices before all others, and take `__proto__` for something else. */
function staysInPlace(name: string): boolean {
  const first = name.charCodeAt(0);
  return (first < ZERO || first > NINE) && name !== '__proto__';
}
