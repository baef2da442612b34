import { hash } from 'node:crypto';
import type { JsonValue } from '@infra-services/idempotency-contract';
import { canonicalJson } from '../../json/canonical-json.js';

/**
 * Names the algorithm inside every fingerprint. Change it together with the algorithm: an old record then never equals a
 * new fingerprint by accident, and a reader can tell which of the two it holds.
 */
const ALGORITHM = 'jcs-sha256';

/**
 * The fingerprint of a request: `jcs-sha256:` and the base64url SHA-256 (43 characters, unpadded) of its canonical form,
 * RFC 8785 (JCS), in UTF-8.
 *
 * Two requests have one fingerprint exactly when they are the same JSON value: the order of members, whitespace and the
 * spelling of numbers and escapes do not count; the order of elements and every character of a string do, since JCS does
 * not normalize Unicode.
 *
 * @throws Error for what is no I-JSON value: NaN, an infinity, a lone surrogate, a cycle, `undefined`.
 */
export function fingerprintOf(request: JsonValue): string {
  const canonical = canonicalJson(request);
  if (canonical === undefined) throw new TypeError('Only a JSON value has a fingerprint.');
  return `${ALGORITHM}:${hash('sha256', canonical, 'base64url')}`;
}
