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
import type { CompletedRecord, StoredRecord } from '../domain/record.js';
import { UNREADABLE } from '../domain/unreadable.js';
import { byOrdinal } from './by-ordinal.js';
import { inGivenOrder } from './in-given-order.js';
import { toPackedCheckpoint, toRecord } from './record-row.js';
import type { RecordSeal } from './record-seal.js';
import type { Settlement } from './settle-batch.js';
import { completeClaims, type CompletedRow } from './sql/complete-claims.js';
import { grantClaims, type GrantRow } from './sql/grant-claims.js';
import { grantFirstClaims, type FirstGrantRow } from './sql/grant-first-claims.js';
import { readRecords } from './sql/read-records.js';
import { renewLeases } from './sql/renew-leases.js';

/** Those of the named records that exist, by identity. Throws `StoreFailure`. */
export async function readByIdentity(
  db: Database,
  seal: RecordSeal,
  identities: readonly string[],
): Promise<Map<string, StoredRecord>> {
  const rows = await readRecords(db, identities);
  return new Map(rows.map((row) => [row.identity, toRecord(row, seal)]));
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
      const granted = inGivenOrder(claims, await grantFirstClaims(db, claims));
      return claims.map(({ item }, index) => ifThere(granted[index], (row) => toFirstDecision(item, row)));
    },
    apply: async (claims) => {
      const granted = inGivenOrder(claims, await grantClaims(db, claims));
      return claims.map(({ item }, index) => ifThere(granted[index], (row) => toDecision(item, row, seal)));
    },
    read: (identities) => readByIdentity(db, seal, identities),
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
      const stored = byOrdinal(completions.length, await completeClaims(db, seal, completions));
      return completions.map(({ item }, index) =>
        ifThere(stored[index], (row) => ({ kind: 'completed', record: toCompleted(item, row, seal) })),
      );
    },
    read: (identities) => readByIdentity(db, seal, identities),
    explain: explainCompletion,
  };
}

/** Renewals. */
export function renewalSettlement(db: Database, seal: RecordSeal): Settlement<Renewal, RenewalVerdict> {
  return {
    sameCall: (renewal) => `${renewal.claimToken} ${renewal.leaseMs ?? ''}`,
    apply: async (renewals) => {
      const renewed = byOrdinal(renewals.length, await renewLeases(db, renewals));
      return renewed.map((row) =>
        ifThere(row, ([, ms]) => ({ kind: 'renewed', leaseExpiresAt: new Date(ms) })),
      );
    },
    read: (identities) => readByIdentity(db, seal, identities),
    explain: explainNotHeld,
  };
}

/** What a row says, where a statement has answered one. */
function ifThere<Row, Verdict>(row: Row | undefined, say: (row: Row) => Verdict): Verdict | undefined {
  return row === undefined ? undefined : say(row);
}

function toFirstDecision({ claimToken }: Claim, row: FirstGrantRow): ClaimDecision {
  const [, fencingToken, leaseExpiresAt] = row;
  const grant = {
    claimToken,
    fencingToken,
    attempt: 1,
    isTakeover: false,
    leaseExpiresAt: new Date(leaseExpiresAt),
    checkpoint: null,
  };
  return { kind: 'execute', grant };
}

/** Granted; with a checkpoint that cannot be read, its holder must not be told to begin anew. */
function toDecision(claim: Claim, row: GrantRow, seal: RecordSeal): ClaimDecision {
  const [, fencingToken, attempt, isTakeover, leaseExpiresAt, checkpointName, checkpointData] = row;
  const checkpoint = toPackedCheckpoint(claim, checkpointName, checkpointData, seal);
  if (checkpoint === UNREADABLE) return { kind: 'unreadable' };
  const grant = {
    claimToken: claim.claimToken,
    fencingToken,
    attempt,
    isTakeover: isTakeover ?? false,
    leaseExpiresAt: new Date(leaseExpiresAt),
    checkpoint,
  };
  return { kind: 'execute', grant };
}

/** The record that a completion has just left behind. */
function toCompleted(completion: Completion, row: CompletedRow, seal: RecordSeal): CompletedRecord {
  const { tenant, namespace, key } = completion;
  const [, onLeaseExpiry, attempt, fencingToken, owner, fingerprint, createdAt, ...rest] = row;
  const [completedMs, expiresAt, checkpointName, checkpointData] = rest;
  const completedAt = new Date(completedMs);
  return {
    tenant,
    namespace,
    key,
    state: 'completed',
    onLeaseExpiry,
    attempt,
    fencingToken,
    owner,
    fingerprint,
    claimToken: completion.claimToken,
    relinquished: false,
    checkpoint: toPackedCheckpoint(completion, checkpointName, checkpointData, seal),
    outcome: completion.outcome,
    isBeingDeleted: false,
    createdAt: new Date(createdAt),
    updatedAt: completedAt,
    leaseExpiresAt: null,
    completedAt,
    expiresAt: new Date(expiresAt),
    seenAt: completedAt,
  };
}
