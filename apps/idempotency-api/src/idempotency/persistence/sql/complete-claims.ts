import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import { bytesArray, plainArray, textArray } from '../../../infrastructure/database/array-literal.js';
import type { Database } from '../../../infrastructure/database/database.js';
import {
  milliseconds,
  packed,
  unpack,
  type PackedRows,
} from '../../../infrastructure/database/packed-rows.js';
import type { Completion } from '../../domain/execution.js';
import type { RecordSeal } from '../record-seal.js';

/** A completed record as the database answers it: what the completion did not say itself. Times in ms since the epoch. */
export interface CompletedRow {
  tenant: string;
  namespace: string;
  key: string;
  on_lease_expiry: OnLeaseExpiry;
  attempt: number;
  fencing_token: number;
  owner: string | null;
  fingerprint: string | null;
  created_at_ms: number;
  completed_at_ms: number;
  expires_at_ms: number;
  checkpoint_name: string | null;
  /** In hexadecimal digits. */
  checkpoint_data: string | null;
}

/**
 * Stores outcomes of claims that are still held: the token is the current one and nobody resolved the record.
 * Whether the lease has ended does not matter, as long as nobody took over.
 *
 * Locks: the lateral FOR UPDATE takes the rows in the order of the arrays, which are sorted by primary key and hold
 * no key twice; a bare UPDATE … FROM would lock in whatever order its join produces and could deadlock with
 * another batch. The UPDATE then judges the locked version.
 *
 * Time: read after the lock is held.
 */
const statement = {
  name: 'complete_claims',
  sql: packed(
    `
WITH held AS MATERIALIZED (
  SELECT c.*, clock_timestamp() AS at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::smallint[], $6::bytea[], $7::bigint[])
    AS c (tenant, namespace, key, claim_token, outcome_status, outcome, retention_ms)
  CROSS JOIN LATERAL (
    SELECT FROM idempotency_record r
    WHERE r.tenant = c.tenant AND r.namespace = c.namespace AND r.key = c.key
    FOR UPDATE
  ) locked
)
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
FROM held h
WHERE r.tenant = h.tenant AND r.namespace = h.namespace AND r.key = h.key
  AND r.claim_token = h.claim_token
  AND r.state = 'in_progress'
RETURNING r.tenant, r.namespace, r.key, r.on_lease_expiry, r.attempt, r.fencing_token, r.owner, r.fingerprint,
          r.created_at, r.completed_at, r.expires_at, r.checkpoint_name, r.checkpoint_data`,
    {
      tenant: 'w.tenant',
      namespace: 'w.namespace',
      key: 'w.key',
      on_lease_expiry: 'w.on_lease_expiry',
      attempt: 'w.attempt',
      fencing_token: 'w.fencing_token',
      owner: 'w.owner',
      fingerprint: 'w.fingerprint',
      created_at_ms: milliseconds('w.created_at'),
      completed_at_ms: milliseconds('w.completed_at'),
      expires_at_ms: milliseconds('w.expires_at'),
      checkpoint_name: 'w.checkpoint_name',
      checkpoint_data: `encode(w.checkpoint_data, 'hex')`,
    } satisfies Record<keyof CompletedRow, string>,
  ),
};

/** Sends completions, sorted by primary key and no key twice, in one statement. Throws `StoreFailure`. */
export async function completeClaims(
  db: Database,
  seal: RecordSeal,
  completions: readonly Completion[],
): Promise<CompletedRow[]> {
  const answer = await db.queryBatch<PackedRows<CompletedRow>>(statement, [
    textArray(completions.map((completion) => completion.tenant)),
    textArray(completions.map((completion) => completion.namespace)),
    textArray(completions.map((completion) => completion.key)),
    plainArray(completions.map((completion) => completion.claimToken)),
    plainArray(completions.map((completion) => completion.outcome.status)),
    bytesArray(completions.map((completion) => seal.seal(completion, 'outcome', completion.outcome.rest))),
    plainArray(completions.map((completion) => completion.retentionMs)),
  ]);
  return unpack(answer);
}
