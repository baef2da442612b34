import type { Database } from '../../../infrastructure/database/database.js';
import { slotOf } from '../../domain/cache-slot.js';
import { identityOf, type RecordKey } from '../../domain/record.js';

/**
 * The first half of deleting a completed record, whose outcome replicas may hold in memory: moves its slot's
 * generation, so that no copy counts once its holder has looked at Postgres again, and marks the record, so that nobody
 * keeps another. It goes on being replayed until `erase-announced.ts`, or for good if that never runs: nobody has
 * been told that it is deleted.
 *
 * Locks the row, then the slot; no other statement locks a slot. However long it waits for them or takes to commit,
 * whoever relies on the former generation has looked before the commit.
 */
const statement = {
  name: 'announce_deletion',
  sql: `
WITH announced AS (
  UPDATE idempotency_record AS r SET deletion_announced_at = clock_timestamp()
  WHERE r.identity = $1
    AND r.state = 'completed'
    AND r.expires_at > clock_timestamp()
  RETURNING r.fencing_token
), moved AS (
  UPDATE replay_cache_slot SET generation = generation + 1
  WHERE slot = $2 AND EXISTS (SELECT FROM announced)
)
SELECT fencing_token::float8 AS fencing_token FROM announced`,
};

/** The fencing token of the record, or undefined if there is no completed one. Throws `StoreFailure`. */
export async function announceDeletion(db: Database, key: RecordKey): Promise<number | undefined> {
  const rows = await db.query<{ fencing_token: number }>(statement, [identityOf(key), slotOf(key)]);
  return rows[0]?.fencing_token;
}
