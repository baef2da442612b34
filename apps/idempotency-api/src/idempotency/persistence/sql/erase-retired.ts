import type { Database } from '../../../infrastructure/database/database.js';
import type { RecordKey } from '../../domain/record.js';
import { emptied } from '../emptied.js';

/**
 * The second half of deleting a completed record: empties the row that was retired, and not the one that somebody may
 * have claimed in its place since. If this never runs, the row is over all the same and the sweep takes it.
 */
const statement = {
  name: 'erase_retired',
  sql: `
UPDATE idempotency_record AS r SET ${emptied('clock_timestamp()')}
WHERE r.tenant = $1 AND r.namespace = $2 AND r.key = $3
  AND r.fencing_token = $4::bigint
  AND r.state = 'completed'
RETURNING r.key`,
};

/** Throws `StoreFailure`. */
export async function eraseRetired(db: Database, key: RecordKey, fencingToken: number): Promise<void> {
  await db.query(statement, [key.tenant, key.namespace, key.key, fencingToken]);
}
