import type { JsonValue } from '@infra-services/idempotency-contract';
import type { Database } from '../../infrastructure/database/database.js';

/** Extends the lease of a task that nobody else has taken since, and keeps its progress. Locks the one row. */
const statement = {
  name: 'keep_task',
  sql: `
UPDATE background_task SET
  lease_until = clock_timestamp() + $4::int * interval '1 millisecond',
  progress = coalesce($5::jsonb, progress)
WHERE name = $1 AND term = $2::bigint AND holder = $3::uuid
RETURNING paused`,
};

/** Whether the task is still ours, and not paused. Throws `StoreFailure`. */
export async function keepTask(
  db: Database,
  name: string,
  term: number,
  holder: string,
  leaseMs: number,
  progress: JsonValue | undefined,
): Promise<boolean> {
  const rows = await db.query<{ paused: boolean }>(statement, [
    name,
    term,
    holder,
    leaseMs,
    progress === undefined ? null : JSON.stringify(progress),
  ]);
  return rows[0]?.paused === false;
}
