import type { IdempotencyRecord, RecordPage, RecordSummary } from '@infra-services/idempotency-contract';
import { recordUnreadable } from '../../errors/problem.error.js';
import { checkpointText } from '../domain/checkpoint.js';
import { outcomeText } from '../domain/outcome.js';
import { observedState, type RecordHead, type StoredRecord } from '../domain/record.js';
import type { ListedRecord, RecordPageSlice } from '../domain/listing.js';
import { UNREADABLE, type Unreadable } from '../domain/unreadable.js';
import { writeCursor } from './cursor.js';
import { objectText, type JsonText } from './json-text.js';
import { timeText } from './time-text.js';

/** A record as answered: the state as seen, times as text, never the claim token. Throws RECORD_UNREADABLE. */
export function toRecordText(record: StoredRecord): JsonText {
  const members: Omit<IdempotencyRecord, 'checkpoint' | 'outcome'> = { ...head(record), ...times(record) };
  return objectText(members, {
    checkpoint: record.checkpoint && checkpointText(readable(record.checkpoint)),
    outcome: record.outcome && outcomeText(readable(record.outcome)),
  });
}

function readable<Content extends object>(content: Content | Unreadable): Content {
  if (content === UNREADABLE) throw recordUnreadable();
  return content;
}

/** A page as answered. */
export function toWirePage(page: RecordPageSlice): RecordPage {
  return {
    records: page.records.map(toSummary),
    nextCursor: page.next ? writeCursor(page.next) : null,
  };
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

function head(record: RecordHead) {
  return {
    namespace: record.namespace,
    key: record.key,
    state: observedState(record),
    attempt: record.attempt,
    fencingToken: record.fencingToken,
    onLeaseExpiry: record.onLeaseExpiry,
    owner: record.owner,
    fingerprint: record.fingerprint,
    leaseExpiresAt: record.leaseExpiresAt && timeText(record.leaseExpiresAt),
  };
}

function times({ createdAt, updatedAt, completedAt, expiresAt }: RecordHead) {
  const updated = timeText(updatedAt);
  return {
    createdAt: timeText(createdAt),
    updatedAt: updated,
    // A completion is one instant under both names; writing a time down is a good part of an answer's cost.
    completedAt: completedAt === updatedAt ? updated : completedAt && timeText(completedAt),
    expiresAt: expiresAt && timeText(expiresAt),
  };
}
