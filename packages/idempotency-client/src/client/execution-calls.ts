import {
  limits,
  operations,
  type CheckpointRequest,
  type CheckpointResponse,
  type CompleteRequest,
  type CompletionBatchResult,
  type CompletionItem,
  type IdempotencyRecord,
  type Operation,
  type ReleaseRequest,
  type ReleaseResponse,
  type RenewRequest,
  type RenewResponse,
  type ResolveRequest,
} from '@infra-services/idempotency-contract';
import type { CallOptions } from '../options.js';
import { recordPath, type RecordName } from '../record-name.js';
import {
  isCheckpoint,
  isCompletedRecord,
  isCompletionBatchResult,
  isObject,
  isRecord,
  isTime,
  type CompletedRecord,
} from '../transport/shapes.js';
import type { Transport } from '../transport/transport.js';
import { inChunks, resultsOf } from './batches.js';

/** `POST …/complete`. */
export function complete(
  transport: Transport,
  record: RecordName,
  request: CompleteRequest,
  options?: CallOptions,
): Promise<CompletedRecord> {
  return callOn(transport, operations.complete, record, request, isCompletedRecord, options);
}

/** `POST /v1/completions/batch`, as many times as its limit asks for, one after the other. */
export function completeBatch(
  transport: Transport,
  completions: readonly CompletionItem[],
  options?: CallOptions,
): Promise<CompletionBatchResult[]> {
  const { completeBatch: operation } = operations;
  return inChunks(completions, limits.completionBatchMax, (chunk) =>
    transport.call(
      {
        operation,
        path: operation.path,
        body: () => ({ completions: chunk }),
        read: (_status, body) => resultsOf(body, chunk, isCompletionBatchResult),
      },
      options,
    ),
  );
}

/** `POST …/renew`. */
export function renew(
  transport: Transport,
  record: RecordName,
  request: RenewRequest,
  options?: CallOptions,
): Promise<RenewResponse> {
  const isRenewed = (body: unknown): body is RenewResponse => isObject(body) && isTime(body.leaseExpiresAt);
  return callOn(transport, operations.renew, record, request, isRenewed, options);
}

/** `POST …/checkpoint`. */
export function checkpoint(
  transport: Transport,
  record: RecordName,
  request: CheckpointRequest,
  options?: CallOptions,
): Promise<CheckpointResponse> {
  const isKept = (body: unknown): body is CheckpointResponse =>
    isObject(body) && isCheckpoint(body.checkpoint) && isTime(body.leaseExpiresAt);
  return callOn(transport, operations.checkpoint, record, request, isKept, options);
}

/** `POST …/release`. */
export function release(
  transport: Transport,
  record: RecordName,
  request: ReleaseRequest,
  options?: CallOptions,
): Promise<ReleaseResponse> {
  const isReleased = (body: unknown): body is ReleaseResponse =>
    isObject(body) && isReleasedState(body.state);
  return callOn(transport, operations.release, record, request, isReleased, options);
}

function isReleasedState(state: unknown): boolean {
  return state === 'released' || state === 'outcome_unknown' || state === 'in_progress';
}

/** `POST …/resolve`. */
export function resolve(
  transport: Transport,
  record: RecordName,
  request: ResolveRequest,
  options?: CallOptions,
): Promise<IdempotencyRecord> {
  return callOn(transport, operations.resolve, record, request, isRecord, options);
}

/** A call on one record by `POST`. */
function callOn<T>(
  transport: Transport,
  operation: Operation,
  record: RecordName,
  request: object,
  isAnswer: (body: unknown) => body is T,
  options: CallOptions | undefined,
): Promise<T> {
  return transport.call(
    {
      operation,
      record,
      path: recordPath(operation.path, record),
      body: () => request,
      read: (_status, body) => (isAnswer(body) ? body : undefined),
    },
    options,
  );
}
