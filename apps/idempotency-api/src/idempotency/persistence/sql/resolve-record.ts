import type { Database } from '../../../infrastructure/database/database.js';
import { identityOf } from '../../domain/record.js';
import type { Resolution } from '../../domain/resolution.js';
import type { RecordSeal } from '../record-seal.js';
import { recordColumns, type RecordRow } from '../record-row.js';

/**
 * Settles an unknown outcome, and only that: in progress, lease over, policy `block`. Writes the audit entry in the
 * same transaction. The claim token goes, so that the former executor is told that it lost the claim.
 * Locks the one row; the clock is read once, before the lock, so a lease that is renewed meanwhile counts as live.
 */
const statement = {
  name: 'resolve_record',
  sql: `
WITH resolved AS (
  UPDATE idempotency_record AS r SET
    state = CASE WHEN $5::bytea IS NULL THEN 'released'::record_state ELSE 'completed'::record_state END,
    claim_token = NULL,
    relinquished = false,
    lease_expires_at = NULL,
    outcome_status = $4::smallint,
    outcome = $5::bytea,
    completed_at = CASE WHEN $5::bytea IS NULL THEN NULL ELSE t.at END,
    expires_at = t.at + r.retention_ms * interval '1 millisecond',
    updated_at = t.at
  FROM (SELECT clock_timestamp() AS at) t
  WHERE r.identity = $8
    AND r.state = 'in_progress'
    AND r.on_lease_expiry = 'block'
    AND r.lease_expires_at <= t.at
  RETURNING ${recordColumns('r')}, t.at AS seen_at
), audited AS (
  INSERT INTO audit_entry (tenant, namespace, key, action, actor, note, detail)
  SELECT $1, $2, $3, 'resolve', $6, $7, jsonb_build_object('to', state::text, 'attempt', attempt)
  FROM resolved
)
SELECT * FROM resolved`,
};

/** The record as settled, or undefined if its outcome is not unknown. Throws `StoreFailure`. */
export async function resolveRecord(
  db: Database,
  seal: RecordSeal,
  resolution: Resolution,
): Promise<RecordRow | undefined> {
  const { outcome } = resolution;
  const rows = await db.query<RecordRow>(statement, [
    resolution.tenant,
    resolution.namespace,
    resolution.key,
    outcome?.status ?? null,
    outcome && seal.seal(resolution, 'outcome', Buffer.from(outcome.rest)),
    resolution.actor,
    resolution.note,
    identityOf(resolution),
  ]);
  return rows[0];
}
