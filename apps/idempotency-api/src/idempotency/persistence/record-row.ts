import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import type { StoredCheckpoint } from '../domain/checkpoint.js';
import {
  keyOf,
  type CompletedRecord,
  type RecordHead,
  type RecordKey,
  type StoredRecord,
  type StoredState,
} from '../domain/record.js';
import { UNREADABLE, type Unreadable } from '../domain/unreadable.js';
import type { RecordSeal } from './record-seal.js';

/** The columns of a record that statements return, in the types that Prisma's raw queries give them. */
export interface RecordRow {
  identity: string;
  state: StoredState;
  on_lease_expiry: OnLeaseExpiry;
  attempt: number;
  fencing_token: number;
  owner: string | null;
  fingerprint: string | null;
  claim_token: string | null;
  relinquished: boolean;
  checkpoint_name: string | null;
  checkpoint_data: Uint8Array | null;
  outcome_status: number | null;
  outcome: Uint8Array | null;
  created_at: Date;
  updated_at: Date;
  lease_expires_at: Date | null;
  completed_at: Date | null;
  expires_at: Date | null;
  is_being_deleted: boolean;
  seen_at: Date;
}

/** The select list of a record under the given alias, without what can be large (checkpoint data, outcome). */
export function headColumns(alias: string): string {
  return `${alias}.identity, ${alias}.state, ${alias}.on_lease_expiry,
  ${alias}.attempt, ${alias}.fencing_token::float8 AS fencing_token, ${alias}.owner, ${alias}.fingerprint,
  ${alias}.claim_token, ${alias}.relinquished, ${alias}.checkpoint_name, ${alias}.outcome_status,
  ${alias}.created_at, ${alias}.updated_at, ${alias}.lease_expires_at, ${alias}.completed_at, ${alias}.expires_at,
  ${alias}.deletion_announced_at IS NOT NULL AS is_being_deleted`;
}

/** The whole select list of `RecordRow` for a record under the given alias, without `seen_at`. */
export function recordColumns(alias: string): string {
  return `${headColumns(alias)}, ${alias}.checkpoint_data, ${alias}.outcome`;
}

/** A row as the domain knows it, opened. Throws if it is none that the schema's constraints allow. */
export function toRecord(row: RecordRow, seal: RecordSeal): StoredRecord {
  const head = toHead(row);
  const body = { ...head, checkpoint: toCheckpoint(head, row.checkpoint_name, row.checkpoint_data, seal) };
  switch (row.state) {
    case 'in_progress':
      return {
        ...body,
        state: 'in_progress',
        claimToken: present(row, 'claim_token'),
        leaseExpiresAt: present(row, 'lease_expires_at'),
        outcome: null,
      };
    case 'completed':
      return toCompleted(row, body, seal);
    case 'released':
      return { ...body, state: 'released', outcome: null, expiresAt: present(row, 'expires_at') };
  }
}

function toCompleted(
  row: RecordRow,
  body: RecordHead & Pick<CompletedRecord, 'checkpoint'>,
  seal: RecordSeal,
): CompletedRecord {
  const bytes = seal.open(body, 'outcome', present(row, 'outcome'));
  return {
    ...body,
    state: 'completed',
    outcome: bytes === UNREADABLE ? UNREADABLE : { status: row.outcome_status, rest: textOf(bytes) },
    isBeingDeleted: row.is_being_deleted,
    completedAt: present(row, 'completed_at'),
    expiresAt: present(row, 'expires_at'),
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** The head of a record: all of a row but what can be large. */
export function toHead(row: Omit<RecordRow, 'checkpoint_data' | 'outcome'>): RecordHead {
  return {
    ...keyOf(row.identity),
    state: row.state,
    onLeaseExpiry: row.on_lease_expiry,
    attempt: row.attempt,
    fencingToken: row.fencing_token,
    owner: row.owner,
    fingerprint: row.fingerprint,
    claimToken: row.claim_token,
    relinquished: row.relinquished,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    leaseExpiresAt: row.lease_expires_at,
    completedAt: row.completed_at,
    expiresAt: row.expires_at,
    seenAt: row.seen_at,
  };
}

function present<Column extends keyof RecordRow>(
  row: RecordRow,
  column: Column,
): NonNullable<RecordRow[Column]> {
  const value = row[column];
  if (value === null) throw new Error(`a record that is ${row.state} has no ${column}`);
  return value;
}

/** The checkpoint of a packed row (`infrastructure/database/packed-rows.ts`), if it has one: data in hexadecimal digits. */
export function toPackedCheckpoint(
  record: RecordKey,
  name: string | null,
  data: string | null,
  seal: RecordSeal,
): StoredCheckpoint | Unreadable | null {
  return data === null ? null : toCheckpoint(record, name, Buffer.from(data, 'hex'), seal);
}

function toCheckpoint(
  record: RecordKey,
  name: string | null,
  stored: Uint8Array | null,
  seal: RecordSeal,
): StoredCheckpoint | Unreadable | null {
  if (name === null || stored === null) return null;
  const data = seal.open(record, 'checkpoint_data', stored);
  return data === UNREADABLE ? UNREADABLE : { name, data };
}
