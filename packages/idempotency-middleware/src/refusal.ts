import {
  ClaimInProgressError,
  FingerprintMismatchError,
  OutcomeUnknownError,
  ProblemError,
  ServiceUnreachableError,
} from '@infra-services/idempotency-client';
import type { MiddlewareProblemCode } from './problems.js';

/** Why a claim was not granted, as the client of the application is told. */
export interface Refusal {
  readonly code: MiddlewareProblemCode;
  readonly retryAfterMs?: number;
}

/** Without a grant the handler does not run, whatever the reason. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ClaimInProgressError) {
    return { code: 'REQUEST_IN_FLIGHT', retryAfterMs: error.retryAfterMs ?? RETRY_MS };
  }
  if (error instanceof OutcomeUnknownError) return { code: 'OUTCOME_UNKNOWN' };
  if (error instanceof FingerprintMismatchError) return { code: 'KEY_REUSED' };
  if (isUnavailable(error)) {
    const retryAfterMs = error instanceof ProblemError ? error.retryAfterMs : undefined;
    return { code: 'IDEMPOTENCY_UNAVAILABLE', retryAfterMs: retryAfterMs ?? RETRY_MS };
  }
  // The service understood and refused: a token, a limit or an address that only the application can mend.
  return { code: 'IDEMPOTENCY_MISCONFIGURED' };
}

/** The service gave no answer, or one that says it cannot decide at the moment. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof ServiceUnreachableError || (error instanceof ProblemError && error.status >= 500);
}

const RETRY_MS = 1_000;
