/** HTTP header fields that the API reads or writes, in the spelling of its documents. */
export const headers = {
  /** On every answer. A caller's own is kept if it is 1–128 of `[A-Za-z0-9._-]`. */
  requestId: 'X-Request-Id',
  /** `true` on an answer that carries a stored outcome (the IETF draft's peers use the same name). */
  idempotentReplayed: 'Idempotent-Replayed',
  /** Seconds, rounded up (RFC 9110 §10.2.3); `retryAfterMs` in the body is exact. */
  retryAfter: 'Retry-After',
  /** Where tracing is on: the trace and span of the call (W3C Trace Context, Level 2 draft). */
  traceResponse: 'traceresponse',
  /** On every 401, and on a 403 for want of a scope (RFC 6750 §3). */
  wwwAuthenticate: 'WWW-Authenticate',
} as const;

/** Media type of every error (RFC 9457). */
export const problemMediaType = 'application/problem+json';
