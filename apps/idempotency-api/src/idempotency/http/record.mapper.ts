import type { Checkpoint, IdempotencyRecord, RecordPage, RecordSummary } from '@infra-services/idempotency-contract';
import { fromStoredCheckpoint, type StoredCheckpoint } from '../domain/checkpoint.js';
import { fromStored } from '../domain/outcome.js';
import { observedState, type StoredRecord } from '../domain/record.js';
import type { ListedRecord, RecordPageSlice } from '../domain/listing.js';
import { writeCursor } from './cursor.js';

/** A record as answered: the state as seen, times as text, never the claim token. */
export function toWireRecord(record: StoredRecord): IdempotencyRecord {
  return {
    ...head(record),
    checkpoint: toWireCheckpoint(record.checkpoint),
    outcome: record.outcome ? fromStored(record.outcome) : null,
    ...times(record),
  };
}

/** A page as answered. */
export function toWirePage(page: RecordPageSlice): RecordPage {
  return {
    records: page.records.map(toSummary),
    nextCursor: page.next ? writeCursor(page.next) : null,
  };
}

/** A checkpoint as answered. */
export function toWireCheckpoint(checkpoint: StoredCheckpoint | null): Checkpoint | null {
  return checkpoint ? fromStoredCheckpoint(checkpoint) : null;
}

function toSummary(record: ListedRecord): RecordSummary {
  return {
    ...head(record),
    checkpoint: record.checkpointName === null ? null : { name: record.checkpointName },
    outcome: record.state === 'completed' ? summarize(record.outcomeStatus) : null,
    ...times(record),
  };
}

function summarize(status: number | null): { status?: number } {
  return status === null ? {} : { status };
}

type Head = Omit<StoredRecord, 'outcome' | 'checkpoint'>;

function head(record: Head) {
  return {
    namespace: record.namespace,
    key: record.key,
    state: observedState(record),
    attempt: record.attempt,
    fencingToken: record.fencingToken,
    onLeaseExpiry: record.onLeaseExpiry,
    owner: record.owner,
    fingerprint: record.fingerprint,
    leaseExpiresAt: record.leaseExpiresAt?.toISOString() ?? null,
  };
}

function times(record: Head) {
  return {
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    completedAt: record.completedAt?.toISOString() ?? null,
    expiresAt: record.expiresAt?.toISOString() ?? null,
  };
}
