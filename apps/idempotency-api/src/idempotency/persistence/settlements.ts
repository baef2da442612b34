import type { Database } from '../../infrastructure/database/database.js';
import { explainRefusal, type Claim, type ClaimDecision } from '../domain/claim.js';
import {
  explainCompletion,
  explainNotHeld,
  type Completion,
  type CompletionVerdict,
  type Renewal,
  type RenewalVerdict,
} from '../domain/execution.js';
import { identityOf, type CompletedRecord, type RecordKey, type StoredRecord } from '../domain/record.js';
import { UNREADABLE } from '../domain/unreadable.js';
import { toPackedCheckpoint, toRecord } from './record-row.js';
import type { RecordSeal } from './record-seal.js';
import type { Settlement } from './settle-batch.js';
import { completeClaims, type CompletedRow } from './sql/complete-claims.js';
import { grantClaims, type GrantRow } from './sql/grant-claims.js';
import { grantFirstClaims, type FirstGrantRow } from './sql/grant-first-claims.js';
import { readRecords } from './sql/read-records.js';
import { renewLeases } from './sql/renew-leases.js';

/** The records that exist of those asked for, by identity. Throws `StoreFailure`. */
export async function readByIdentity(
  db: Database,
  seal: RecordSeal,
  keys: readonly RecordKey[],
): Promise<Map<string, StoredRecord>> {
  const rows = await readRecords(db, keys);
  return new Map(rows.map((row) => [identityOf(row), toRecord(row, seal)]));
}

/** Claims: granted by one of two statements, refused by explanation. Most find no record, and most others are duplicates. */
export function claimSettlement(db: Database, seal: RecordSeal): Settlement<Claim, ClaimDecision> {
  return {
    sameCall: (claim) => `${claim.claimToken} ${claim.fingerprint ?? ''}`,
    // As one after the other: the policy is that of the first, and a lease is never shortened.
    merge: (first, again) => ({
      ...again,
      onLeaseExpiry: first.onLeaseExpiry,
      leaseMs: Math.max(first.leaseMs, again.leaseMs),
    }),
    applyFirst: async (claims) => {
      const granted = byIdentity(await grantFirstClaims(db, claims));
      return verdictsOf(claims, granted, toFirstDecision);
    },
    apply: async (claims) => {
      const granted = byIdentity(await grantClaims(db, claims));
      return verdictsOf(claims, granted, (claim, row) => toDecision(claim, row, seal));
    },
    read: (keys) => readByIdentity(db, seal, keys),
    explain: explainRefusal,
  };
}

/** Completions. A batch that says one twice needs no care: the second is explained by what the first stored. */
export function completionSettlement(
  db: Database,
  seal: RecordSeal,
): Settlement<Completion, CompletionVerdict> {
  return {
    apply: async (completions) => {
      const stored = byIdentity(await completeClaims(db, seal, completions));
      return verdictsOf(completions, stored, (completion, row) => ({
        kind: 'completed',
        record: toCompleted(completion, row, seal),
      }));
    },
    read: (keys) => readByIdentity(db, seal, keys),
    explain: explainCompletion,
  };
}

/** Renewals. */
export function renewalSettlement(db: Database, seal: RecordSeal): Settlement<Renewal, RenewalVerdict> {
  return {
    sameCall: (renewal) => `${renewal.claimToken} ${renewal.leaseMs ?? ''}`,
    apply: async (renewals) => {
      const rows = await renewLeases(db, renewals);
      return new Map(
        rows.map((row) => [identityOf(row), { kind: 'renewed', leaseExpiresAt: row.lease_expires_at }]),
      );
    },
    read: (keys) => readByIdentity(db, seal, keys),
    explain: explainNotHeld,
  };
}

function byIdentity<Row extends RecordKey>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [identityOf(row), row]));
}

/** Verdicts of the items whose record a statement returned; it holds no record twice. */
function verdictsOf<Item extends RecordKey, Row, Verdict>(
  items: readonly Item[],
  rows: ReadonlyMap<string, Row>,
  toVerdict: (item: Item, row: Row) => Verdict,
): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const item of items) {
    const identity = identityOf(item);
    const row = rows.get(identity);
    if (row !== undefined) verdicts.set(identity, toVerdict(item, row));
  }
  return verdicts;
}

function toFirstDecision({ claimToken }: Claim, row: FirstGrantRow): ClaimDecision {
  const grant = {
    claimToken,
    fencingToken: row.fencing_token,
    attempt: 1,
    isTakeover: false,
    leaseExpiresAt: new Date(row.lease_expires_at_ms),
    checkpoint: null,
  };
  return { kind: 'execute', grant };
}

/** Granted; with a checkpoint that cannot be read, its holder must not be told to begin anew. */
function toDecision({ claimToken }: Claim, row: GrantRow, seal: RecordSeal): ClaimDecision {
  const checkpoint = toPackedCheckpoint(row, seal);
  if (checkpoint === UNREADABLE) return { kind: 'unreadable' };
  const grant = {
    claimToken,
    fencingToken: row.fencing_token,
    attempt: row.attempt,
    isTakeover: row.is_takeover ?? false,
    leaseExpiresAt: new Date(row.lease_expires_at_ms),
    checkpoint,
  };
  return { kind: 'execute', grant };
}

/** The record that a completion has just left behind. */
function toCompleted(completion: Completion, row: CompletedRow, seal: RecordSeal): CompletedRecord {
  const completedAt = new Date(row.completed_at_ms);
  return {
    tenant: row.tenant,
    namespace: row.namespace,
    key: row.key,
    state: 'completed',
    onLeaseExpiry: row.on_lease_expiry,
    attempt: row.attempt,
    fencingToken: row.fencing_token,
    owner: row.owner,
    fingerprint: row.fingerprint,
    claimToken: completion.claimToken,
    relinquished: false,
    checkpoint: toPackedCheckpoint(row, seal),
    outcome: completion.outcome,
    isBeingDeleted: false,
    createdAt: new Date(row.created_at_ms),
    updatedAt: completedAt,
    leaseExpiresAt: null,
    completedAt,
    expiresAt: new Date(row.expires_at_ms),
    seenAt: completedAt,
  };
}
