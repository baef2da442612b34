/**
 * Milliseconds to pause after a failed attempt: full jitter, anything from 0 to `baseDelayMs * 2^(attempt - 1)`, at
 * most `maxDelayMs`. Many callers that failed together come back apart.
 *
 * @param attempt the attempt that failed, from 1
 * @param random from 0 up to 1, as `Math.random`
 */
export function backoffDelay(
  attempt: number,
  policy: { baseDelayMs: number; maxDelayMs: number },
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  return random() * ceiling;
}

/**
 * Milliseconds that an answer's `Retry-After` asks for: seconds or an HTTP date (RFC 9110 §10.2.3), never below 0;
 * undefined where there is none, or it is neither.
 *
 * @param now milliseconds since the epoch, which a date is counted from
 */
export function parseRetryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get('Retry-After')?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // All three forms of an HTTP date name a month; `Date.parse` alone would also read `-1` as a year.
  const date = /[A-Za-z]{3}/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
