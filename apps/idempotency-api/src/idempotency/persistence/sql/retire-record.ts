import type { Database } from '../../../infrastructure/database/database.js';
import { slotOf } from '../../domain/cache-slot.js';
import type { Deletion } from '../../domain/resolution.js';

/**
 * The first half of deleting a completed record, whose outcome replicas may hold in memory: lets its retention end
 * when the last of those copies has, moves its slot's generation, and writes the audit entry, in one transaction.
 * Until then every replica replays it, from memory or not; from then on none does. Locks the row, then the slot;
 * no other statement locks a slot.
 */
const statement = {
  name: 'retire_record',
  sql: `
WITH retired AS (
  UPDATE idempotency_record AS r SET
    expires_at = least(r.expires_at, t.at + $5::int * interval '1 millisecond'),
    updated_at = t.at
  FROM (SELECT clock_timestamp() AS at) t
  WHERE r.tenant = $1 AND r.namespace = $2 AND r.key = $3
    AND r.state = 'completed'
    AND r.expires_at > t.at
  RETURNING r.tenant, r.namespace, r.key, r.attempt, r.fencing_token
), moved AS (
  UPDATE replay_cache_slot SET generation = generation + 1
  WHERE slot = $6 AND EXISTS (SELECT FROM retired)
), audited AS (
  INSERT INTO audit_entry (tenant, namespace, key, action, actor, detail)
  SELECT tenant, namespace, key, 'delete', $4,
         jsonb_build_object('state', 'completed', 'forced', false, 'attempt', attempt, 'fencingToken', fencing_token)
  FROM retired
)
SELECT fencing_token::float8 AS fencing_token FROM retired`,
};

/** The fencing token of the record retired, or undefined if there is no completed one. Throws `StoreFailure`. */
export async function retireRecord(
  db: Database,
  deletion: Deletion,
  withinMs: number,
): Promise<number | undefined> {
  const rows = await db.query<{ fencing_token: number }>(statement, [
    deletion.tenant,
    deletion.namespace,
    deletion.key,
    deletion.actor,
    withinMs,
    slotOf(deletion),
  ]);
  return rows[0]?.fencing_token;
}
