import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import { BatchStatement } from '../../../infrastructure/database/batch-statement.js';
import type { Database } from '../../../infrastructure/database/database.js';
import { bytes, GivenRows, plain, text } from '../../../infrastructure/database/given-rows.js';
import { milliseconds } from '../../../infrastructure/database/packed-rows.js';
import type { Completion } from '../../domain/execution.js';
import type { RecordSeal } from '../record-seal.js';

/** A completed record as the database answers it: what the completion did not say itself. Times in ms since the epoch. */
export type CompletedRow = readonly [
  tenant: string,
  namespace: string,
  key: string,
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

interface SealedCompletion {
  readonly completion: Completion;
  /** The rest of its outcome, as it is stored. */
  readonly outcome: Uint8Array;
}

const givenCompletions = new GivenRows<SealedCompletion>('c', {
  tenant: text(({ completion }) => completion.tenant),
  namespace: text(({ completion }) => completion.namespace),
  key: text(({ completion }) => completion.key),
  claim_token: plain('uuid', ({ completion }) => completion.claimToken),
  outcome_status: plain('smallint', ({ completion }) => completion.outcome.status),
  outcome: bytes(({ outcome }) => outcome),
  retention_ms: plain('bigint', ({ completion }) => completion.retentionMs),
});

/**
 * Stores outcomes of claims that are still held: the token is the current one and nobody resolved the record.
 * Whether the lease has ended does not matter, as long as nobody took over.
 *
 * Locks: the lateral FOR UPDATE takes the rows in the order of the arrays, which are sorted by primary key and hold
 * no key twice, so that two batches wait for each other in one direction only. The locked version is judged.
 *
 * It inserts nothing: the row is there and locked, so ON CONFLICT always finds it. An UPDATE … FROM would leave it to the
 * planner which table to begin with; where VACUUM has found the table all but empty, the plan begins with all of it, and
 * keeps doing so when it has grown (`plans-of-a-young-table.test.ts`). What is proposed is the row as it will be, as far
 * as NOT NULL and the table's constraints ask for it.
 *
 * Time: read after the lock is held.
 */
const statement = new BatchStatement<SealedCompletion, CompletedRow>(
  'complete_claims',
  givenCompletions,
  (givenRows) => `
INSERT INTO idempotency_record AS r (
  tenant, namespace, key, claim_token, on_lease_expiry, lease_ms, attempt, fencing_token, created_at,
  state, outcome_status, outcome, completed_at, updated_at, retention_ms,
  expires_at)
SELECT
  h.tenant, h.namespace, h.key, h.claim_token, h.on_lease_expiry, h.lease_ms, h.attempt, h.fencing_token, h.created_at,
  'completed', h.outcome_status, h.outcome, h.at, h.at, coalesce(h.retention_ms, h.claimed_retention_ms),
  h.at + coalesce(h.retention_ms, h.claimed_retention_ms) * interval '1 millisecond'
FROM (
  SELECT c.*, clock_timestamp() AS at, locked.*
  FROM ${givenRows}
  CROSS JOIN LATERAL (
    SELECT r.state, r.claim_token AS current_token, r.retention_ms AS claimed_retention_ms,
           r.on_lease_expiry, r.lease_ms, r.attempt, r.fencing_token, r.created_at
    FROM idempotency_record r
    WHERE r.tenant = c.tenant AND r.namespace = c.namespace AND r.key = c.key
    LIMIT 1
    FOR UPDATE
  ) locked
) h
WHERE h.current_token = h.claim_token
  AND h.state = 'in_progress'
ON CONFLICT (tenant, namespace, key) DO UPDATE SET
  state = 'completed',
  outcome_status = excluded.outcome_status,
  outcome = excluded.outcome,
  relinquished = false,
  lease_expires_at = NULL,
  completed_at = excluded.completed_at,
  updated_at = excluded.updated_at,
  retention_ms = excluded.retention_ms,
  expires_at = excluded.expires_at
RETURNING r.tenant, r.namespace, r.key, r.on_lease_expiry, r.attempt, r.fencing_token, r.owner, r.fingerprint,
          r.created_at, r.completed_at, r.expires_at, r.checkpoint_name, r.checkpoint_data`,
  [
    'w.tenant',
    'w.namespace',
    'w.key',
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
  completions: readonly Completion[],
): Promise<readonly CompletedRow[]> {
  const sealed = completions.map((completion) => ({
    completion,
    outcome: seal.seal(completion, 'outcome', Buffer.from(completion.outcome.rest)),
  }));
  return statement.send(db, sealed);
}
