import type { Database } from '../../../infrastructure/database/database.js';
import { identityOf } from '../../domain/record.js';
import type { Deletion } from '../../domain/resolution.js';
import { emptied } from '../emptied.js';

/**
 * The second half of deleting a completed record, a cache lease after the first: empties the row whose deletion was
 * announced, and not the one that somebody may have claimed in its place since, and writes the audit entry, in one
 * transaction. Locks the one row.
 */
const statement = {
  name: 'erase_announced',
  sql: `
WITH found AS MATERIALIZED (
  SELECT r.attempt, r.fencing_token
  FROM idempotency_record AS r
  WHERE r.identity = $6
    AND r.fencing_token = $4::bigint
    AND r.state = 'completed' AND r.deletion_announced_at IS NOT NULL
  FOR UPDATE
), erased AS (
  UPDATE idempotency_record AS r SET ${emptied('clock_timestamp()')}
  WHERE r.identity = $6 AND EXISTS (SELECT FROM found)
), audited AS (
  INSERT INTO audit_entry (tenant, namespace, key, action, actor, detail)
  SELECT $1, $2, $3, 'delete', $5,
         jsonb_build_object('state', 'completed', 'forced', false, 'attempt', attempt, 'fencingToken', fencing_token)
  FROM found
)
SELECT FROM found`,
};

/** Whether the record was there to be forgotten. Throws `StoreFailure`. */
export async function eraseAnnounced(
  db: Database,
  deletion: Deletion,
  fencingToken: number,
): Promise<boolean> {
  const rows = await db.query(statement, [
    deletion.tenant,
    deletion.namespace,
    deletion.key,
    fencingToken,
    deletion.actor,
    identityOf(deletion),
  ]);
  return rows.length > 0;
}
