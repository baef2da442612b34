import type { JsonValue } from '@infra-services/idempotency-contract';
import type { Database } from '../../infrastructure/database/database.js';

/** A task that is ours now. */
export interface TakenRow {
  term: number;
  progress: JsonValue;
}

/**
 * Takes a task that is due (or wanted) and that nobody holds, or whose holder's lease is over. The row's lock decides
 * between replicas. The clock is read before the lock: it can only be too early, which refuses.
 *
 * A task that is held is due, though it was wanted before its time: whoever finds it abandoned has to go on.
 */
const statement = {
  name: 'take_task',
  sql: `
INSERT INTO background_task AS b (name, term, holder, lease_until, due_at)
SELECT $1, 1, $2::uuid, t.at + $3::int * interval '1 millisecond', t.at
FROM (SELECT clock_timestamp() AS at) t
ON CONFLICT (name) DO UPDATE SET
  term = b.term + 1,
  holder = excluded.holder,
  lease_until = excluded.lease_until,
  due_at = least(b.due_at, excluded.due_at)
WHERE NOT b.paused
  AND (b.due_at <= excluded.due_at OR $4)
  AND (b.lease_until IS NULL OR b.lease_until <= excluded.due_at)
RETURNING b.term::float8 AS term, b.progress`,
};

/** The task's term and progress, or undefined if it is not to be had. Throws `StoreFailure`. */
export async function takeTask(
  db: Database,
  name: string,
  holder: string,
  leaseMs: number,
  isWanted: boolean,
): Promise<TakenRow | undefined> {
  const rows = await db.query<TakenRow>(statement, [name, holder, leaseMs, isWanted]);
  return rows[0];
}
