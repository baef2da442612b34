import type { Database } from '../../../infrastructure/database/database.js';
import type { Deletion } from '../../domain/resolution.js';

/**
 * Forgets a record that no cache holds: a released one, an open one only by force. Writes the audit entry in the same
 * transaction. Completed records go by `retire-record.ts`. A record whose retention is over counts as absent. Locks
 * the one row.
 */
const statement = {
  name: 'delete_record',
  sql: `
WITH deleted AS (
  DELETE FROM idempotency_record AS r
  WHERE r.tenant = $1 AND r.namespace = $2 AND r.key = $3
    AND (r.state = 'released' OR (r.state = 'in_progress' AND $4))
    AND (r.expires_at IS NULL OR r.expires_at > clock_timestamp())
  RETURNING r.tenant, r.namespace, r.key, r.state, r.attempt, r.fencing_token
), audited AS (
  INSERT INTO audit_entry (tenant, namespace, key, action, actor, detail)
  SELECT tenant, namespace, key, 'delete', $5,
         jsonb_build_object('state', state::text, 'forced', $4::boolean, 'attempt', attempt, 'fencingToken', fencing_token)
  FROM deleted
)
SELECT key FROM deleted`,
};

/** Whether a record was deleted. Throws `StoreFailure`. */
export async function deleteRecord(db: Database, deletion: Deletion): Promise<boolean> {
  const rows = await db.query(statement, [
    deletion.tenant,
    deletion.namespace,
    deletion.key,
    deletion.force,
    deletion.actor,
  ]);
  return rows.length > 0;
}
