import { limits } from '@infra-services/idempotency-contract';
import { parseItem } from 'structured-headers';

/** The request header field of draft-ietf-httpapi-idempotency-key-header. */
export const keyHeader = 'idempotency-key';

/** What the header lines say. */
export type KeyHeader =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid' };

/**
 * Reads the key: a Structured Field String (RFC 9651), `"abc"`, as the draft has it, or the bare `abc` that clients
 * send in practice, UUIDs that begin with a digit among them. Both are one key. Parameters of the string are ignored,
 * as RFC 9651 §2.2 asks of recipients that know none.
 */
export function readKey(lines: readonly string[]): KeyHeader {
  const [line, ...others] = lines;
  if (line === undefined) return { kind: 'missing' };
  // Which of two keys was meant nobody can say, and a proxy may have put the second one there.
  if (others.length > 0) return { kind: 'invalid' };
  const key = line.trimStart().startsWith('"') ? quoted(line) : bare(line.trim());
  return key === undefined || key === '' || key.length > limits.keyMaxLength
    ? { kind: 'invalid' }
    : { kind: 'key', key };
}

function quoted(line: string): string | undefined {
  try {
    const value: unknown = parseItem(line)[0];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Visible ASCII without what separates values, parameters and quotes: there, two readers could see two keys. */
function bare(text: string): string | undefined {
  return /^[!#-+\--:<-[\]-~]+$/.test(text) ? text : undefined;
}
