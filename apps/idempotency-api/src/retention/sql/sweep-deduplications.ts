import type { Database } from '../../infrastructure/database/database.js';

/** Deletes ids whose retention is over, in the manner of `sweep-records.ts`. */
const statement = {
  name: 'sweep_deduplications',
  sql: `
WITH swept AS (
  DELETE FROM deduplication
  WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM deduplication
    WHERE expires_at <= now()
    ORDER BY expires_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
  ))
  RETURNING 1
)
SELECT count(*)::int AS swept FROM swept`,
};

/** How many were deleted; fewer than `limit` says that nothing is left, but for what was being changed. Throws `StoreFailure`. */
export async function sweepDeduplications(db: Database, limit: number): Promise<number> {
  const [row] = await db.query<{ swept: number }>(statement, [limit]);
  return row?.swept ?? 0;
}
