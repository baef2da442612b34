import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import { BatchStatement } from '../../../infrastructure/database/batch-statement.js';
import type { Database } from '../../../infrastructure/database/database.js';
import { bytes, GivenRows, plain, text } from '../../../infrastructure/database/given-rows.js';
import { milliseconds } from '../../../infrastructure/database/packed-rows.js';
import type { Completion } from '../../domain/execution.js';
import type { Identified } from '../identified.js';
import type { RecordSeal } from '../record-seal.js';
import { lockedInPlace } from './locked-in-place.js';

/** A completed record as the database answers it: what the completion did not say itself. Times in ms since the epoch. */
export type CompletedRow = readonly [
  /** Which of the completions it was, from 1 on. */
  ordinal: number,
  onLeaseExpiry: OnLeaseExpiry,
  attempt: number,
  fencingToken: number,
  owner: string | null,
  fingerprint: string | null,
  createdAt: number,
  completedAt: number,
  expiresAt: number,
  checkpointName: string | null,
  /** In hexadecimal digits. */
  checkpointData: string | null,
];

interface SealedCompletion extends Identified<Completion> {
  /** The rest of its outcome, as it is stored. */
  readonly outcome: Uint8Array;
}

const givenCompletions = new GivenRows<SealedCompletion>(
  'c',
  {
    identity: text(({ identity }) => identity),
    claim_token: plain('uuid', ({ item }) => item.claimToken),
    outcome_status: plain('smallint', ({ item }) => item.outcome.status),
    outcome: bytes(({ outcome }) => outcome),
    retention_ms: plain('bigint', ({ item }) => item.retentionMs),
  },
  { isNumbered: true },
);

/**
 * Stores outcomes of claims that are still held: the token is the current one and nobody resolved the record.
 * Whether the lease has ended does not matter, as long as nobody took over. The locked version is judged.
 */
const statement = new BatchStatement<SealedCompletion, CompletedRow>(
  'complete_claims',
  givenCompletions,
  (givenRows) => `
UPDATE idempotency_record AS r SET
  state = 'completed',
  outcome_status = h.outcome_status,
  outcome = h.outcome,
  relinquished = false,
  lease_expires_at = NULL,
  completed_at = h.at,
  updated_at = h.at,
  retention_ms = coalesce(h.retention_ms, r.retention_ms),
  expires_at = h.at + coalesce(h.retention_ms, r.retention_ms) * interval '1 millisecond'
FROM ${lockedInPlace(givenRows)} h
WHERE r.ctid = h.place
  AND r.claim_token = h.claim_token
  AND r.state = 'in_progress'
RETURNING h.ordinal, r.on_lease_expiry, r.attempt, r.fencing_token, r.owner, r.fingerprint,
          r.created_at, r.completed_at, r.expires_at, r.checkpoint_name, r.checkpoint_data`,
  [
    'w.ordinal',
    'w.on_lease_expiry',
    'w.attempt',
    'w.fencing_token',
    'w.owner',
    'w.fingerprint',
    milliseconds('w.created_at'),
    milliseconds('w.completed_at'),
    milliseconds('w.expires_at'),
    'w.checkpoint_name',
    `encode(w.checkpoint_data, 'hex')`,
  ],
);

/** Sends completions, sorted by primary key and no key twice, in one statement. Throws `StoreFailure`. */
export function completeClaims(
  db: Database,
  seal: RecordSeal,
  completions: readonly Identified<Completion>[],
): Promise<readonly CompletedRow[]> {
  const sealed = completions.map(({ identity, item }) => ({
    identity,
    item,
    outcome: seal.seal(item, 'outcome', Buffer.from(item.outcome.rest)),
  }));
  return statement.send(db, sealed);
}
