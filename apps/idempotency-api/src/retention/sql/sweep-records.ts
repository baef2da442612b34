import type { Database } from '../../infrastructure/database/database.js';

/**
 * A row that is over is left for so long: twice what `emptied.ts` allows a statement on its way, so that every claim
 * that began before the row was over finds it and its fencing token.
 */
const LEFT_FOR = `interval '2 minutes'`;

/**
 * Deletes records whose retention is over, a bounded number of them. Rows that anybody has locked are skipped, so
 * the sweep waits for nobody; its own locks last one short statement, so nobody waits for the sweep. Several
 * replicas sweep side by side. Open records have no `expires_at` and cannot be met.
 *
 * A locked row stays where it is, so it is deleted at its place (`ctid`): looking its key up once more would cost as much again
 * (docs/performance.md). One that had just been changed and is over all the same is not seen there, and left to the next sweep.
 */
const statement = {
  name: 'sweep_records',
  sql: `
WITH swept AS (
  DELETE FROM idempotency_record
  WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_record
    WHERE expires_at <= now() - ${LEFT_FOR}
    ORDER BY expires_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
  ))
  RETURNING 1
)
SELECT count(*)::int AS swept FROM swept`,
};

/** How many were deleted; fewer than `limit` says that nothing is left, but for what was being changed. Throws `StoreFailure`. */
export async function sweepRecords(db: Database, limit: number): Promise<number> {
  const [row] = await db.query<{ swept: number }>(statement, [limit]);
  return row?.swept ?? 0;
}
