import type { Database } from '../../infrastructure/database/database.js';
import { identitiesIn, identityOf, keyOf } from '../../idempotency/domain/record.js';
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
  SELECT identity, state,
    ${ROW_BYTES} + coalesce(pg_column_size(outcome), 0) + coalesce(pg_column_size(checkpoint_data), 0) AS bytes
  FROM idempotency_record
  WHERE identity > $1 AND identity < $2
  ORDER BY identity
  LIMIT $3
)
SELECT count(*)::int AS rows,
  (count(*) FILTER (WHERE state = 'in_progress'))::int AS open,
  coalesce(sum(bytes), 0)::float8 AS bytes,
  max(identity) AS last
FROM page`,
};

interface Counted extends Omit<PageCount, 'last'> {
  readonly last: string | null;
}

/** What the tenant's rows after a position hold, null for the beginning. Throws `StoreFailure`. */
export async function countRecords(
  db: Database,
  tenant: string,
  after: PagePosition | null,
  limit: number,
): Promise<PageCount> {
  const [begin, end] = identitiesIn(tenant, null);
  const position = after ? identityOf({ tenant, ...after }) : begin;
  const [count] = await db.query<Counted>(statement, [position, end, limit]);
  if (!count) throw new Error('an aggregate without GROUP BY answers one row');
  return { ...count, last: count.last === null ? null : keyOf(count.last) };
}
