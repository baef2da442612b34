export { IdempotencyClient } from './idempotency-client.js';
export type { CallOptions, ClientOptions, RetryPolicy } from './options.js';
export type { RecordName } from './record-name.js';
export type { ClaimDecision } from './client/claim-calls.js';
export type { ErrorMeaning, ExecuteOptions, Execution, ExecutionContext } from './execution/options.js';
export { jsonOutcome, type OutcomeSerializer } from './execution/serializer.js';
export { failureHeader } from './execution/stored-failure.js';
export type {
  CallEvent,
  ClientHooks,
  ExecutionEvent,
  ExecutionResult,
  OwnershipLostEvent,
  RetryEvent,
} from './hooks.js';
export { deriveKey, type KeyPart } from './derive-key.js';
export { backoffDelay, parseRetryAfter } from './transport/backoff.js';
export { IdempotencyError } from './errors/idempotency-error.js';
export {
  ClaimInProgressError,
  ClaimLostError,
  FingerprintMismatchError,
  NotResolvableError,
  OutcomeConflictError,
  OutcomeTooLargeError,
  OutcomeUnknownError,
  ProblemError,
  RecordNotFoundError,
  RecordOpenError,
  ServiceOverloadedError,
  StoreUnavailableError,
} from './errors/problem-error.js';
export { ServiceUnreachableError } from './errors/service-unreachable-error.js';
export { OutcomeNotRecordedError, type UnrecordedOutcome } from './errors/outcome-not-recorded-error.js';
export { OwnershipLostError } from './errors/ownership-lost-error.js';
export { NothingHappened, StoredFailure } from './errors/handler-errors.js';
// What the methods above take and answer, so that their users need no second package.
export type {
  Checkpoint,
  CheckpointRequest,
  CheckpointResponse,
  ClaimBatchResult,
  ClaimRequest,
  CompleteRequest,
  CompletionBatchResult,
  CompletionItem,
  DeduplicationRequest,
  DeduplicationResult,
  ExecuteDecision,
  IdempotencyRecord,
  InvalidField,
  JsonValue,
  ListRecordsQuery,
  OnLeaseExpiry,
  Outcome,
  OutcomeEncoding,
  ProblemCode,
  ProblemDetails,
  RecordPage,
  RecordState,
  RecordSummary,
  ReleaseEffect,
  ReleaseRequest,
  ReleaseResponse,
  RenewRequest,
  RenewResponse,
  ReplayDecision,
  ResolveRequest,
} from '@infra-services/idempotency-contract';
