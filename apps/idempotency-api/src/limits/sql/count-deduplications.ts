import type { Database } from '../../infrastructure/database/database.js';
import type { PageCount, PagePosition } from '../usage.js';

/** About what a remembered id takes, with its entries in the indexes. */
const ROW_BYTES = 200;

/** Counts the next remembered ids of one tenant, in the manner of `count-records.ts`. */
const statement = {
  name: 'count_deduplications',
  sql: `
WITH page AS MATERIALIZED (
  SELECT namespace, id
  FROM deduplication
  WHERE tenant = $1 AND (namespace, id) > ($2, $3)
  ORDER BY namespace, id
  LIMIT $4
), last AS (
  SELECT namespace, id FROM page ORDER BY namespace DESC, id DESC LIMIT 1
)
SELECT count(*)::int AS rows,
  0 AS open,
  (count(*) * ${ROW_BYTES})::float8 AS bytes,
  (SELECT namespace FROM last) AS namespace,
  (SELECT id FROM last) AS key
FROM page`,
};

/** Before every remembered id. */
const BEGINNING: PagePosition = { namespace: '', key: '' };

interface Counted extends Omit<PageCount, 'last'> {
  readonly namespace: string | null;
  readonly key: string | null;
}

/** What the tenant's rows after a position hold, null for the beginning. Throws `StoreFailure`. */
export async function countDeduplications(
  db: Database,
  tenant: string,
  after: PagePosition | null,
  limit: number,
): Promise<PageCount> {
  const position = after ?? BEGINNING;
  const [count] = await db.query<Counted>(statement, [tenant, position.namespace, position.key, limit]);
  if (!count) throw new Error('an aggregate without GROUP BY answers one row');
  const { namespace, key, ...counts } = count;
  return { ...counts, last: namespace === null || key === null ? null : { namespace, key } };
}
