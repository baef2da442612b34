import { problems, type InvalidField, type ProblemCode } from '@infra-services/idempotency-contract';

/** An answer of the contract that is not a success. Thrown by services; the HTTP boundary translates it. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    /** For the caller: no key, no body, no value of theirs. */
    readonly publicDetail: string = problems[code].meaning,
    readonly extra: { readonly retryAfterMs?: number; readonly errors?: readonly InvalidField[] } = {},
    options?: ErrorOptions,
  ) {
    // Below 500 it is an answer and no failure: nobody reads where it was made, and writing that down is a tenth of what
    // refusing costs.
    const { stackTraceLimit } = Error;
    if (problems[code].status < 500) Error.stackTraceLimit = 0;
    super(`${code}: ${publicDetail}`, options);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'ProblemError';
  }
}

/** Fields that the caller has to mend. */
export function invalidRequest(errors: readonly InvalidField[]): ProblemError {
  const [first] = errors;
  const detail = first ? `${first.pointer === '' ? 'the body' : first.pointer} ${first.detail}` : undefined;
  return new ProblemError('INVALID_REQUEST', detail, { errors });
}

/** A replica that lacks a key stays so for a while; behind a balancer the next call may reach another. Milliseconds. */
const UNREADABLE_RETRY_AFTER_MS = 1_000;

/** What the record holds cannot be read. */
export function recordUnreadable(): ProblemError {
  return new ProblemError('RECORD_UNREADABLE', undefined, { retryAfterMs: UNREADABLE_RETRY_AFTER_MS });
}
