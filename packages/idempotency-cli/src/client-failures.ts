import type { ProblemCode } from '@infra-services/idempotency-contract';
import {
  IdempotencyError,
  OwnershipLostError,
  ProblemError,
  ServiceUnreachableError,
} from '@infra-services/idempotency-client';
import type { ExitName } from './exit-codes.js';
import { Failure } from './failure.js';

/** What the user's own words for the record are, for messages that name the next command. */
export interface Subject {
  readonly namespace?: string;
  readonly key?: string;
}

/** Turns what the client throws into a way to end. Total: what is not known is a defect, and says so. */
export function failureFrom(error: unknown, subject: Subject = {}): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ProblemError) return problemFailure(error, subject);
  if (error instanceof ServiceUnreachableError) {
    return new Failure('UNAVAILABLE', error.message, { cause: error });
  }
  if (error instanceof OwnershipLostError)
    return new Failure('OWNERSHIP_LOST', error.message, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new Failure(error instanceof IdempotencyError ? 'USAGE' : 'INTERNAL', message, { cause: error });
}

function problemFailure(error: ProblemError, subject: Subject): Failure {
  const { code, detail, requestId, errors = [], status } = error.problem;
  const fields = errors.map(({ pointer, detail: reason }) => `${pointer}: ${reason}`).join('; ');
  const exit = exits[code] as ExitName | undefined;
  const action = code === 'OUTCOME_UNKNOWN' ? howToResolve(subject) : undefined;
  return new Failure(exit ?? exitOfStatus(status), fields === '' ? detail : `${detail} (${fields})`, {
    problem: code,
    requestId,
    cause: error,
    ...(action === undefined ? {} : { action }),
  });
}

/** The commands that settle an unknown outcome, ready to be copied. */
export function howToResolve(subject: Subject): string {
  const record = recordArguments(subject);
  return `Find out whether it happened, then: idem resolve ${record} --completed --exit-code 0, or: idem resolve ${record} --retry`;
}

/** Namespace and key as arguments for a POSIX shell. */
export function recordArguments({ namespace, key = 'KEY' }: Subject): string {
  const scope = namespace === undefined || namespace === 'default' ? '' : ` -n ${shellWord(namespace)}`;
  return `${shellWord(key)}${scope}`;
}

/** A word as a POSIX shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w./:@%+=][\w./:@%+=-]*$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

const exits: Record<ProblemCode, ExitName> = {
  INVALID_REQUEST: 'USAGE',
  MALFORMED_JSON: 'INTERNAL',
  MALFORMED_HTTP: 'INTERNAL',
  UNAUTHENTICATED: 'NOT_ALLOWED',
  FORBIDDEN: 'NOT_ALLOWED',
  ROUTE_NOT_FOUND: 'INTERNAL',
  RECORD_NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_ALLOWED: 'INTERNAL',
  REQUEST_TIMEOUT: 'UNAVAILABLE',
  CLAIM_IN_PROGRESS: 'IN_PROGRESS',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  CLAIM_LOST: 'OWNERSHIP_LOST',
  OUTCOME_CONFLICT: 'CONFLICT',
  NOT_RESOLVABLE: 'CONFLICT',
  RECORD_OPEN: 'CONFLICT',
  OUTCOME_TOO_LARGE: 'CONFLICT',
  CHECKPOINT_TOO_LARGE: 'CONFLICT',
  PAYLOAD_TOO_LARGE: 'CONFLICT',
  UNSUPPORTED_MEDIA_TYPE: 'INTERNAL',
  FINGERPRINT_MISMATCH: 'MISMATCH',
  HEADERS_TOO_LARGE: 'USAGE',
  RATE_LIMITED: 'UNAVAILABLE',
  QUOTA_EXCEEDED: 'UNAVAILABLE',
  INTERNAL_ERROR: 'INTERNAL',
  STORE_UNAVAILABLE: 'UNAVAILABLE',
  RECORD_UNREADABLE: 'UNAVAILABLE',
  OVERLOADED: 'UNAVAILABLE',
};

/** For a code that a newer service has and this table does not. */
function exitOfStatus(status: number): ExitName {
  if (status === 401 || status === 403) return 'NOT_ALLOWED';
  if (status === 429 || status >= 500) return 'UNAVAILABLE';
  return 'USAGE';
}
