import { limits } from '@infra-services/idempotency-contract';
import { sha256Hex } from './sha256.js';

/** What a key can be derived from. */
export type KeyPart = string | number | bigint | boolean | null;

/**
 * An idempotency key from the parts that name an operation, always the same for the same parts: `order:1017` of
 * `('order', '1017')`. Other parts give another key: `('a', 'bc')` is not `('ab', 'c')`, nor is `1` `'1'`. The key is 1 to
 * 255 printable ASCII characters; a longer one keeps its beginning, and its SHA-256 stands for the rest.
 *
 * @throws TypeError without any part, or for a number that is not finite; URIError for a string with a lone surrogate.
 */
export function deriveKey(...parts: KeyPart[]): string {
  if (parts.length === 0) throw new TypeError('a key needs at least one part');
  const plain = parts.map(encodePart).join(':');
  if (plain.length <= limits.keyMaxLength) return plain;
  return `${plain.slice(0, LEGIBLE_LENGTH)}#${sha256Hex(plain)}`;
}

/** Leaves room for `#` and 64 hexadecimal digits. No plain key contains `#`, so the two forms cannot meet. */
const LEGIBLE_LENGTH = limits.keyMaxLength - 65;

/** `~` marks what is not a string, and the empty string; strings escape it, as they do `:` and `#`. */
function encodePart(part: KeyPart): string {
  if (typeof part === 'string') return encodeText(part);
  if (typeof part === 'bigint') return `~${part}n`;
  if (typeof part === 'number' && !Number.isFinite(part))
    throw new TypeError(`${part} cannot be part of a key`);
  return `~${String(part)}`;
}

function encodeText(text: string): string {
  if (text === '') return '~';
  const escaped = encodeURIComponent(text).replaceAll('~', '%7E');
  // Alone, `.` and `..` would be steps in the path of a URL.
  return /^\.+$/.test(escaped) ? escaped.replaceAll('.', '%2E') : escaped;
}
