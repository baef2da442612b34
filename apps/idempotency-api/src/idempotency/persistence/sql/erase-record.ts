import type { Database } from '../../../infrastructure/database/database.js';
import { identityOf } from '../../domain/record.js';
import type { Deletion } from '../../domain/resolution.js';
import { emptied } from '../emptied.js';

/**
 * Forgets a record that no cache holds: a released one, an open one only by force. Empties it and leaves it over
 * (`emptied.ts`), and writes the audit entry in the same transaction. Completed records go by `announce-deletion.ts`. A
 * record whose retention is over counts as absent. Locks the one row.
 */
const statement = {
  name: 'erase_record',
  sql: `
WITH found AS MATERIALIZED (
  SELECT r.state, r.attempt, r.fencing_token
  FROM idempotency_record AS r
  WHERE r.identity = $6
    AND (r.state = 'released' OR (r.state = 'in_progress' AND $4))
    AND (r.expires_at IS NULL OR r.expires_at > clock_timestamp())
  FOR UPDATE
), erased AS (
  UPDATE idempotency_record AS r SET ${emptied('clock_timestamp()')}
  WHERE r.identity = $6 AND EXISTS (SELECT FROM found)
), audited AS (
  INSERT INTO audit_entry (tenant, namespace, key, action, actor, detail)
  SELECT $1, $2, $3, 'delete', $5,
         jsonb_build_object('state', state::text, 'forced', $4::boolean, 'attempt', attempt, 'fencingToken', fencing_token)
  FROM found
)
SELECT FROM found`,
};

/** Whether a record was forgotten. Throws `StoreFailure`. */
export async function eraseRecord(db: Database, deletion: Deletion): Promise<boolean> {
  const rows = await db.query(statement, [
    deletion.tenant,
    deletion.namespace,
    deletion.key,
    deletion.force,
    deletion.actor,
    identityOf(deletion),
  ]);
  return rows.length > 0;
}
