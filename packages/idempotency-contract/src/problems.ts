/** What a code means to people: the source of docs/errors, of `/problems/{code}` and of the OpenAPI document. */
export interface ProblemDefinition {
  /** HTTP status. */
  readonly status: number;
  /** RFC 9457 `title`: the same for every occurrence. */
  readonly title: string;
  /** Whether the very same call may succeed later, unchanged. */
  readonly retryable: boolean;
  readonly meaning: string;
  readonly cause: string;
  readonly action: string;
}

/**
 * The one table of errors. Codes are stable: a code is added or retired, never given another meaning.
 * Status, title and retryability of an error are read from here and from nowhere else.
 */
export const problems = {
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is invalid',
    retryable: false,
    meaning:
      'A field, path parameter or query parameter is missing, unknown, of the wrong type or out of bounds.',
    cause: 'The caller sent something that the contract does not allow. Nothing was read or written.',
    action:
      'Read `errors`: each entry names a field by JSON pointer and says what it must be. Mend the call.',
  },
  MALFORMED_JSON: {
    status: 400,
    title: 'The body is not JSON',
    retryable: false,
    meaning: 'The body could not be read as JSON in UTF-8 (RFC 8259).',
    cause: 'An empty or truncated body, a trailing comma, a byte order mark, bytes that are not UTF-8.',
    action:
      'Send well-formed JSON. A body cut off on its way shows as this error too: compare Content-Length.',
  },
  MALFORMED_HTTP: {
    status: 400,
    title: 'The request is not valid HTTP',
    retryable: false,
    meaning: 'The bytes on the connection are not an HTTP/1.1 request; the connection is closed.',
    cause: 'A broken client or proxy, TLS spoken to a plain port, a request line with illegal characters.',
    action: 'Check scheme and port, and that keys in paths are percent-encoded.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'The call carries no valid token',
    retryable: false,
    meaning:
      'The service wants a bearer token, and this call has none, or one that is not known or has expired.',
    cause: 'No `Authorization: Bearer …`, a mistyped token, or one that was rotated out or has expired.',
    action:
      'Send a token that the operators of the service gave you. Ask them for a new one if it worked before.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'The token does not allow this call',
    retryable: false,
    meaning: 'The token is valid, yet lacks the scope of this call, or may not be used in this namespace.',
    cause:
      'A token for executors used for an operator’s call or the other way round, or a namespace outside its list.',
    action:
      'Use a token with that scope and namespace. Whether the record exists plays no part in this answer.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    title: 'There is nothing at this path',
    retryable: false,
    meaning: 'The path is not part of the API.',
    cause: 'A misspelt path, or a key with `/` or `?` in it that was not percent-encoded.',
    action: 'Compare with /docs. Percent-encode keys: `order/17` is `order%2F17`.',
  },
  RECORD_NOT_FOUND: {
    status: 404,
    title: 'There is no such record',
    retryable: false,
    meaning: 'No record exists for this namespace and key, or its retention is over.',
    cause: 'The key was never claimed, was deleted, or its outcome ran out of retention.',
    action:
      'Check namespace and key (both are case-sensitive). Claim the key if the operation is still wanted.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'This path does not take that method',
    retryable: false,
    meaning: 'The path exists, the method does not; `Allow` lists those that do.',
    cause: 'For example GET on /v1/claims.',
    action: 'Use one of the methods in `Allow`.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'The request did not arrive in time',
    retryable: true,
    meaning: 'Headers or body were not complete before the server stopped waiting. Nothing was done.',
    cause: 'A very slow or stalled connection.',
    action: 'Send the same call again.',
  },
  CLAIM_IN_PROGRESS: {
    status: 409,
    title: 'Another caller is executing this operation',
    retryable: true,
    meaning: 'The key is claimed and the lease is live: somebody else is at work. You must not execute.',
    cause: 'A concurrent duplicate, or your own earlier attempt with another claim token.',
    action: 'Ask again after `Retry-After`, or claim with `waitMs` to be answered when the execution ends.',
  },
  OUTCOME_UNKNOWN: {
    status: 409,
    title: 'The operation may or may not have happened',
    retryable: false,
    meaning:
      'The executor is gone without storing an outcome, and the record was claimed with `onLeaseExpiry: block`: nobody may execute until the truth is established.',
    cause:
      'The executor crashed, lost its connection for longer than its lease, or released with effect `unknown`.',
    action:
      'Find out at the downstream system whether the effect happened, then resolve the record: `completed` with the outcome, or `retry`. The executor itself may still complete.',
  },
  CLAIM_LOST: {
    status: 409,
    title: 'This claim token no longer owns the record',
    retryable: false,
    meaning:
      'The token was superseded by a takeover, an operator, a release or a completion. Nothing was changed.',
    cause:
      'The executor outlived its lease under `takeover`, an operator resolved the record, or the token was released.',
    action:
      'Stop the execution and store nothing. If its effect happened, somebody else may be executing too: this is the evidence that the lease was too short or the executor stalled.',
  },
  OUTCOME_CONFLICT: {
    status: 409,
    title: 'Another outcome is stored already',
    retryable: false,
    meaning: 'This token completed the record before, with a different outcome. The first one stays.',
    cause:
      'The executor ran its operation twice, or built the outcome from something that changes (a time, a random id).',
    action: 'Read the record for the stored outcome. Make the outcome a function of the one execution.',
  },
  NOT_RESOLVABLE: {
    status: 409,
    title: 'The record is not in doubt',
    retryable: false,
    meaning: 'Only a record whose outcome is unknown can be resolved.',
    cause: 'The lease is live, the record is completed or released, or its policy is `takeover`.',
    action:
      'Read the record. Wait for the lease to end, or delete with `force` if you know that nobody executes.',
  },
  RECORD_OPEN: {
    status: 409,
    title: 'The record is open',
    retryable: false,
    meaning: 'A record in progress or with an unknown outcome is not deleted without `force=true`.',
    cause: 'Deleting it would let the operation run again while the first one may be running or have run.',
    action: 'Complete, release or resolve it first; `?force=true` only when you know that nobody executes.',
  },
  OUTCOME_TOO_LARGE: {
    status: 413,
    title: 'The outcome is too large',
    retryable: false,
    meaning: 'The outcome as compact JSON exceeds MAX_OUTCOME_BYTES. The claim stays held.',
    cause: 'A large response body.',
    action:
      'Complete with a smaller outcome: a reference to the document, or status and headers without a body.',
  },
  CHECKPOINT_TOO_LARGE: {
    status: 413,
    title: 'The checkpoint is too large',
    retryable: false,
    meaning:
      'The checkpoint’s data as compact JSON exceeds 64 KiB. The claim stays held and the former checkpoint stays.',
    cause: 'Work products stored as recovery data.',
    action: 'Store the data elsewhere and keep a reference in the checkpoint.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: 'The request body is too large',
    retryable: false,
    meaning: 'The body exceeds MAX_BODY_BYTES. Nothing was read or written.',
    cause: 'A batch of large items, or a `request` that is a document.',
    action: 'Send fewer items a batch; send a `fingerprint` in place of a large `request`.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The body must be application/json',
    retryable: false,
    meaning: 'The Content-Type is missing or is not application/json.',
    cause: 'curl without `-H "Content-Type: application/json"` sends a form.',
    action: 'Send `Content-Type: application/json`.',
  },
  FINGERPRINT_MISMATCH: {
    status: 422,
    title: 'This key stands for another request',
    retryable: false,
    meaning:
      'The key was claimed before with another request (or with none, or this one has none). You must not execute.',
    cause:
      'One key used for two operations, or a request that contains something that changes between retries.',
    action: 'Use a new key for a new operation. Leave times, trace ids and the like out of `request`.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'The tenant makes too many calls',
    retryable: true,
    meaning:
      'The tenant’s calls come faster than its limit on this replica. The call was refused before anything was done.',
    cause:
      'A burst, a retry loop without backoff, or a limit that is too low. Each item of a batch counts as a call.',
    action:
      'Repeat after `Retry-After`, with backoff and jitter. Completing, renewing and releasing are never limited.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    title: 'The tenant keeps too much',
    retryable: true,
    meaning:
      'The tenant has as many open claims, or as many stored bytes, as it may have. Nothing new is begun.',
    cause:
      'Claims that are never completed or released, outcomes that are large or kept for long, or a limit that is too low.',
    action:
      'Complete or release what is held, resolve what is unknown, shorten retention; then repeat after `Retry-After`. Duplicates of what exists are answered as ever.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'The request headers are too large',
    retryable: false,
    meaning: 'Request line and headers together exceed 16 KiB; the connection is closed.',
    cause: 'Oversized cookies or tokens; a very long path.',
    action: 'Send less.',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'The service failed',
    retryable: true,
    meaning: 'A defect of the service. Whether the call took effect is not known; repeating it is safe.',
    cause: 'Not one that a caller can see. The log has it under the `requestId`.',
    action: 'Repeat the call with the same claim token. Report the `requestId`.',
  },
  RECORD_UNREADABLE: {
    status: 503,
    title: 'The record cannot be decrypted',
    retryable: true,
    meaning:
      'What is stored for this record is encrypted and does not open, so nobody is told to execute: you must not. Completions and releases may have taken effect.',
    cause:
      'The replica lacks the key that the record was sealed under, or the row was changed or copied from another record.',
    action:
      'Repeat the call: another replica may have the key. Operators: the log names the key’s id and the reason; give every replica the key, or delete the record once its outcome is known from elsewhere.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    title: 'The store cannot be reached',
    retryable: true,
    meaning:
      'PostgreSQL gave no answer, so nothing is granted: you must not execute. Whether the call took effect is not known.',
    cause: 'The database is down, restarting, failing over, out of connections or too slow.',
    action:
      'Repeat the same call with the same claim token after `Retry-After`: if the lost answer was a grant, you get it again.',
  },
  OVERLOADED: {
    status: 503,
    title: 'The service is at its limit',
    retryable: true,
    meaning: 'More calls are waiting than the service queues. The call was refused before anything was done.',
    cause: 'A burst beyond the capacity, or a slow database.',
    action: 'Repeat after `Retry-After`, with exponential backoff and jitter. Add replicas if it lasts.',
  },
} as const satisfies Record<string, ProblemDefinition>;

/** A stable error code: upper snake case. */
export type ProblemCode = keyof typeof problems;

/** Every code, in the order of the table (by status). */
export const problemCodes = Object.keys(problems) as ProblemCode[];

/** The RFC 9457 `type` of a code: a reference that the service itself answers with the code's page. */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}
