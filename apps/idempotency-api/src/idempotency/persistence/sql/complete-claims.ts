import type { Database } from '../../../infrastructure/database/database.js';
import type { Completion } from '../../domain/execution.js';
import { headColumns, type RecordRow } from '../record-row.js';

/** What a completion returns: all but the outcome, which the caller has just sent. */
export type CompletedRow = Omit<RecordRow, 'outcome'>;

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
  sql: `
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
RETURNING ${headColumns('r')}, r.checkpoint_data, r.updated_at AS seen_at`,
};

/** Sends completions, sorted by primary key and no key twice, in one statement. Throws `StoreFailure`. */
export function completeClaims(db: Database, completions: readonly Completion[]): Promise<CompletedRow[]> {
  return db.queryBatch<CompletedRow>(statement, [
    completions.map((completion) => completion.tenant),
    completions.map((completion) => completion.namespace),
    completions.map((completion) => completion.key),
    completions.map((completion) => completion.claimToken),
    completions.map((completion) => completion.outcome.status),
    completions.map((completion) => completion.outcome.rest),
    completions.map((completion) => completion.retentionMs),
  ]);
}
