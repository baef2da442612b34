import type {
  Checkpoint,
  ClaimBatchResult,
  CompletionBatchResult,
  DeduplicationResult,
  ExecuteDecision,
  IdempotencyRecord,
  Outcome,
  ProblemDetails,
  RecordPage,
  RecordSummary,
  ReplayDecision,
} from '@infra-services/idempotency-contract';

// An answer is believed only after its shape was looked at: a proxy's 200 must never read as permission to execute.
// Members that the contract does not know are let pass, so that a newer service can add some.

type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value);
/** An RFC 3339 time. */
export const isTime = (value: unknown): value is string =>
  isText(value) && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
const isNullOr = (value: unknown, is: (value: unknown) => boolean): boolean => value === null || is(value);

function isOutcome(value: unknown): value is Outcome {
  return (
    isObject(value) &&
    (value.status === undefined || isCount(value.status)) &&
    (value.headers === undefined ||
      (isObject(value.headers) && Object.values(value.headers).every(isText))) &&
    (value.encoding === undefined || isText(value.encoding))
  );
}

export function isCheckpoint(value: unknown): value is Checkpoint {
  return isObject(value) && isText(value.name) && 'data' in value;
}

export function isExecuteDecision(value: unknown): value is ExecuteDecision {
  return (
    isObject(value) &&
    value.decision === 'execute' &&
    isText(value.namespace) &&
    isText(value.key) &&
    isText(value.claimToken) &&
    isCount(value.fencingToken) &&
    isCount(value.attempt) &&
    isTime(value.leaseExpiresAt) &&
    isNullOr(value.checkpoint, isCheckpoint)
  );
}

export function isReplayDecision(value: unknown): value is ReplayDecision {
  return (
    isObject(value) &&
    value.decision === 'replay' &&
    isText(value.namespace) &&
    isText(value.key) &&
    isOutcome(value.outcome) &&
    isTime(value.completedAt) &&
    isTime(value.expiresAt) &&
    isCount(value.attempt)
  );
}

const states = new Set<unknown>(['in_progress', 'outcome_unknown', 'completed', 'released']);

function isAnyRecord(value: unknown): value is Fields {
  return (
    isObject(value) &&
    isText(value.namespace) &&
    isText(value.key) &&
    states.has(value.state) &&
    isCount(value.attempt) &&
    isCount(value.fencingToken) &&
    isTime(value.createdAt) &&
    isTime(value.updatedAt) &&
    isNullOr(value.leaseExpiresAt, isTime) &&
    isNullOr(value.completedAt, isTime) &&
    isNullOr(value.expiresAt, isTime)
  );
}

export function isRecord(value: unknown): value is IdempotencyRecord {
  return isAnyRecord(value) && isNullOr(value.outcome, isOutcome) && isNullOr(value.checkpoint, isCheckpoint);
}

/** A record with an outcome and the times that come with it. */
export interface CompletedRecord extends IdempotencyRecord {
  outcome: Outcome;
  completedAt: string;
  expiresAt: string;
}

export function isCompletedRecord(value: unknown): value is CompletedRecord {
  return (
    isRecord(value) &&
    value.state === 'completed' &&
    value.outcome !== null &&
    value.completedAt !== null &&
    value.expiresAt !== null
  );
}

function isRecordSummary(value: unknown): value is RecordSummary {
  return isAnyRecord(value) && isNullOr(value.outcome, isObject) && isNullOr(value.checkpoint, isObject);
}

export function isRecordPage(value: unknown): value is RecordPage {
  return (
    isObject(value) &&
    Array.isArray(value.records) &&
    value.records.every(isRecordSummary) &&
    isNullOr(value.nextCursor, isText)
  );
}

/** RFC 9457 with this API's extension members. A code that is newer than this package passes. */
export function isProblem(value: unknown): value is ProblemDetails {
  return (
    isObject(value) &&
    isText(value.code) &&
    /^[A-Z][A-Z0-9_]*$/.test(value.code) &&
    isCount(value.status) &&
    value.status >= 400 &&
    typeof value.retryable === 'boolean' &&
    isText(value.title) &&
    isText(value.detail) &&
    (value.retryAfterMs === undefined || typeof value.retryAfterMs === 'number')
  );
}

export function isClaimBatchResult(value: unknown): value is ClaimBatchResult {
  if (!isObject(value)) return false;
  if (value.status === 201) return isExecuteDecision(value);
  return value.status === 200 ? isReplayDecision(value) : isProblem(value);
}

export function isCompletionBatchResult(value: unknown): value is CompletionBatchResult {
  return isObject(value) && (value.status === 200 ? isRecord(value) : isProblem(value));
}

export function isDeduplicationResult(value: unknown): value is DeduplicationResult {
  return isObject(value) && isText(value.id) && typeof value.first === 'boolean';
}
