import type { ProblemCode, ProblemDetails } from '@infra-services/idempotency-contract';
import { IdempotencyError } from './idempotency-error.js';

/** The service answered with a problem (RFC 9457). */
export class ProblemError extends IdempotencyError {
  override readonly name: string = 'ProblemError';
  readonly code: ProblemCode;
  /** HTTP status. */
  readonly status: number;
  /** Whether the very same call may succeed later. */
  readonly retryable: boolean;
  /** Milliseconds after which asking again makes sense, where the service says so. */
  readonly retryAfterMs: number | undefined;

  constructor(readonly problem: ProblemDetails) {
    super(`${problem.code}: ${problem.detail}`);
    this.code = problem.code;
    this.status = problem.status;
    this.retryable = problem.retryable;
    this.retryAfterMs = problem.retryAfterMs;
  }
}

/** Somebody else is executing the operation. */
export class ClaimInProgressError extends ProblemError {
  override readonly name = 'ClaimInProgressError';
}

/** The executor is gone without an outcome: nobody may execute until an operator has resolved the record. */
export class OutcomeUnknownError extends ProblemError {
  override readonly name = 'OutcomeUnknownError';
}

/** The key was claimed for another request. */
export class FingerprintMismatchError extends ProblemError {
  override readonly name = 'FingerprintMismatchError';
}

/** The claim token no longer owns the record. */
export class ClaimLostError extends ProblemError {
  override readonly name = 'ClaimLostError';
}

/** Another outcome is stored already by this token. */
export class OutcomeConflictError extends ProblemError {
  override readonly name = 'OutcomeConflictError';
}

/** There is no record of this name. */
export class RecordNotFoundError extends ProblemError {
  override readonly name = 'RecordNotFoundError';
}

/** The record is not in doubt, so there is nothing to resolve. */
export class NotResolvableError extends ProblemError {
  override readonly name = 'NotResolvableError';
}

/** An open record is deleted by force alone. */
export class RecordOpenError extends ProblemError {
  override readonly name = 'RecordOpenError';
}

/** The outcome exceeds the service's MAX_OUTCOME_BYTES. */
export class OutcomeTooLargeError extends ProblemError {
  override readonly name = 'OutcomeTooLargeError';
}

/** The service refused the call for its load, before anything was done. */
export class ServiceOverloadedError extends ProblemError {
  override readonly name = 'ServiceOverloadedError';
}

/** The service cannot reach its store, so it grants nothing. */
export class StoreUnavailableError extends ProblemError {
  override readonly name = 'StoreUnavailableError';
}

const classes: Partial<Record<ProblemCode, new (problem: ProblemDetails) => ProblemError>> = {
  CLAIM_IN_PROGRESS: ClaimInProgressError,
  OUTCOME_UNKNOWN: OutcomeUnknownError,
  FINGERPRINT_MISMATCH: FingerprintMismatchError,
  CLAIM_LOST: ClaimLostError,
  OUTCOME_CONFLICT: OutcomeConflictError,
  RECORD_NOT_FOUND: RecordNotFoundError,
  NOT_RESOLVABLE: NotResolvableError,
  RECORD_OPEN: RecordOpenError,
  OUTCOME_TOO_LARGE: OutcomeTooLargeError,
  OVERLOADED: ServiceOverloadedError,
  STORE_UNAVAILABLE: StoreUnavailableError,
};

/** The error of a problem's code; codes without a class of their own are `ProblemError`s. */
export function problemError(problem: ProblemDetails): ProblemError {
  const { [problem.code]: Class = ProblemError } = classes;
  return new Class(problem);
}
