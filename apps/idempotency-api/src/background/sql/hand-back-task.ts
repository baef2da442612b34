import type { Database } from '../../infrastructure/database/database.js';

/** Lets go of a task that nobody else has taken since, and says when it is due again. Locks the one row. */
const statement = {
  name: 'hand_back_task',
  sql: `
UPDATE background_task SET
  holder = NULL,
  lease_until = NULL,
  due_at = clock_timestamp() + $4::int * interval '1 millisecond',
  succeeded_at = CASE WHEN $5 THEN clock_timestamp() ELSE succeeded_at END
WHERE name = $1 AND term = $2::bigint AND holder = $3::uuid`,
};

/** Throws `StoreFailure`; then the lease runs out by itself. */
export async function handBackTask(
  db: Database,
  name: string,
  term: number,
  holder: string,
  dueInMs: number,
  hasSucceeded: boolean,
): Promise<void> {
  await db.query(statement, [name, term, holder, dueInMs, hasSucceeded]);
}
