import type { Database } from '../../../infrastructure/database/database.js';
import type { Release } from '../../domain/execution.js';
import { identityOf } from '../../domain/record.js';
import { recordColumns, type RecordRow } from '../record-row.js';

/**
 * Lets go of a claim that is still held, and writes the audit entry in the same transaction.
 * `none`: the record is released, the next claim executes. `unknown`: the lease ends now and the policy decides;
 * the token stays, since its holder may yet learn the outcome (and may then still say `none`).
 * Said again, it changes nothing and is recorded once. Locks the one row; the clock is read once, before the lock.
 */
const statement = {
  name: 'release_claim',
  sql: `
WITH released AS (
  UPDATE idempotency_record AS r SET
    state = CASE $5 WHEN 'none' THEN 'released'::record_state ELSE 'in_progress'::record_state END,
    relinquished = $5 = 'unknown',
    lease_expires_at = CASE $5 WHEN 'none' THEN NULL ELSE least(r.lease_expires_at, t.at) END,
    expires_at = CASE $5 WHEN 'none' THEN t.at + r.retention_ms * interval '1 millisecond' END,
    updated_at = t.at
  FROM (SELECT clock_timestamp() AS at) t
  WHERE r.identity = $7
    AND r.claim_token = $4::uuid
    AND r.state = 'in_progress'
    AND NOT (r.relinquished AND $5 = 'unknown')
  RETURNING ${recordColumns('r')}, clock_timestamp() AS seen_at
), audited AS (
  INSERT INTO audit_entry (tenant, namespace, key, action, actor, note, detail)
  SELECT $1, $2, $3, 'release', 'holder', $6, jsonb_build_object('effect', $5::text, 'attempt', attempt)
  FROM released
)
SELECT * FROM released`,
};

/** The record as left behind, or undefined if the claim is not held. Throws `StoreFailure`. */
export async function releaseClaim(db: Database, release: Release): Promise<RecordRow | undefined> {
  const rows = await db.query<RecordRow>(statement, [
    release.tenant,
    release.namespace,
    release.key,
    release.claimToken,
    release.effect,
    release.reason,
    identityOf(release),
  ]);
  return rows[0];
}
