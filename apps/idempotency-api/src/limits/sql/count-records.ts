import type { Database } from '../../infrastructure/database/database.js';
import type { PageCount, PagePosition } from '../usage.js';

/** About what a row takes beside its outcome and checkpoint, with its entries in the indexes. */
const ROW_BYTES = 300;

/**
 * Counts the next rows of one tenant in primary key order, a bounded number of them, without locks. Sizes are those
 * stored: an outcome that lies outside the row is not fetched for it.
 */
const statement = {
  name: 'count_records',
  sql: `
WITH page AS MATERIALIZED (
  SELECT namespace, key, state,
    ${ROW_BYTES} + coalesce(pg_column_size(outcome), 0) + coalesce(pg_column_size(checkpoint_data), 0) AS bytes
  FROM idempotency_record
  WHERE tenant = $1 AND (namespace, key) > ($2, $3)
  ORDER BY namespace, key
  LIMIT $4
), last AS (
  SELECT namespace, key FROM page ORDER BY namespace DESC, key DESC LIMIT 1
)
SELECT count(*)::int AS rows,
  (count(*) FILTER (WHERE state = 'in_progress'))::int AS open,
  coalesce(sum(bytes), 0)::float8 AS bytes,
  (SELECT namespace FROM last) AS namespace,
  (SELECT key FROM last) AS key
FROM page`,
};

/** What the rows after a position hold. Throws `StoreFailure`. */
export async function countRecords(
  db: Database,
  tenant: string,
  after: PagePosition,
  limit: number,
): Promise<PageCount> {
  const [count] = await db.query<PageCount>(statement, [tenant, after.namespace, after.key, limit]);
  if (!count) throw new Error('an aggregate without GROUP BY answers one row');
  return count;
}
