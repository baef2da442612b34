import {
  operations,
  type IdempotencyRecord,
  type ListRecordsQuery,
  type RecordPage,
  type RecordSummary,
} from '@infra-services/idempotency-contract';
import type { CallOptions } from '../options.js';
import { recordPath, type RecordName } from '../record-name.js';
import { isRecord, isRecordPage } from '../transport/shapes.js';
import type { Transport } from '../transport/transport.js';
import { timeLeft } from './time-left.js';

/** `GET /v1/records/{namespace}/{key}`; null where there is none. */
export function getRecord(
  transport: Transport,
  record: RecordName,
  options: CallOptions & { waitMs?: number | undefined } = {},
): Promise<IdempotencyRecord | null> {
  const { getRecord: operation } = operations;
  const { waitMs, ...call } = options;
  const left = timeLeft(waitMs ?? 0);
  return transport.call<IdempotencyRecord | null>(
    {
      operation,
      record,
      path: recordPath(operation.path, record),
      query: () => ({ waitMs: waitMs === undefined ? undefined : left() }),
      waitMs: left,
      read: (_status, body) => (isRecord(body) ? body : undefined),
      recover: (problem) => (problem.code === 'RECORD_NOT_FOUND' ? { value: null } : undefined),
    },
    call,
  );
}

/** `GET /v1/records`. */
export function listRecords(
  transport: Transport,
  query: ListRecordsQuery,
  options?: CallOptions,
): Promise<RecordPage> {
  const { listRecords: operation } = operations;
  return transport.call(
    {
      operation,
      path: operation.path,
      query: () => ({ ...query }),
      read: (_status, body) => (isRecordPage(body) ? body : undefined),
    },
    options,
  );
}

/** All records of a query, page after page, read as they are asked for. */
export async function* walkRecords(
  transport: Transport,
  query: Omit<ListRecordsQuery, 'cursor'>,
  options?: CallOptions,
): AsyncGenerator<RecordSummary, void, undefined> {
  let cursor: string | null = null;
  do {
    const page: RecordPage = await listRecords(
      transport,
      cursor === null ? query : { ...query, cursor },
      options,
    );
    yield* page.records;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** `DELETE /v1/records/{namespace}/{key}`. */
export async function deleteRecord(
  transport: Transport,
  record: RecordName,
  options: CallOptions & { force?: boolean | undefined } = {},
): Promise<void> {
  const { deleteRecord: operation } = operations;
  const { force, ...call } = options;
  await transport.call(
    {
      operation,
      record,
      path: recordPath(operation.path, record),
      query: () => ({ force }),
      read: () => true,
      // Gone at the second look: the first attempt deleted it, and its answer was lost.
      recover: (problem, attempt) =>
        problem.code === 'RECORD_NOT_FOUND' && attempt > 1 ? { value: true } : undefined,
    },
    call,
  );
}
