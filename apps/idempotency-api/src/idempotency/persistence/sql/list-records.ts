import type { Database } from '../../../infrastructure/database/database.js';
import type { ListQuery } from '../../domain/listing.js';
import { identitiesIn, identityOf } from '../../domain/record.js';
import { headColumns, type RecordRow } from '../record-row.js';

/** A record without its large columns. A marker is no match: it says how far the look went. */
export type ListedRow = Omit<RecordRow, 'outcome' | 'checkpoint_data'> & { marker: boolean };

/**
 * Rows looked at for one page at the most. A filter that matches little must not turn one call into a scan of
 * millions of rows; the page is then short and the cursor goes on.
 */
const ROWS_EXAMINED = 5_000;

/**
 * Walks the primary key between two bounds, without locks. Returns the matches; and, if it stopped because it had
 * examined enough, the last row examined as a marker, so that the next page begins after it.
 */
const statement = {
  name: 'list_records',
  sql: `
WITH examined AS MATERIALIZED (
  SELECT ${headColumns('r')},
    (r.expires_at IS NULL OR r.expires_at > now())
    AND ($3::text IS NULL OR $3 = CASE
          WHEN r.state = 'in_progress' AND r.on_lease_expiry = 'block' AND r.lease_expires_at <= now() THEN 'outcome_unknown'
          ELSE r.state::text END)
    AND ($4::timestamptz IS NULL OR r.created_at < $4) AS matched
  FROM idempotency_record r
  WHERE r.identity > $1 AND r.identity < $2
  ORDER BY r.identity
  LIMIT ${ROWS_EXAMINED}
), page AS (
  SELECT * FROM examined WHERE matched ORDER BY identity LIMIT $5
), last AS (
  SELECT * FROM examined ORDER BY identity DESC LIMIT 1
)
SELECT *, false AS marker, now() AS seen_at FROM page
UNION ALL
SELECT *, true AS marker, now() AS seen_at FROM last
WHERE (SELECT count(*) FROM examined) = ${ROWS_EXAMINED} AND (SELECT count(*) FROM page) < $5
ORDER BY marker, identity`,
};

/** Rows in order of namespace and key, a marker last. Throws `StoreFailure`. */
export function listRecords(db: Database, query: ListQuery): Promise<ListedRow[]> {
  const { tenant, namespace, after } = query;
  const [begin, end] = identitiesIn(tenant, namespace);
  return db.query<ListedRow>(statement, [
    after ? identityOf({ tenant, ...after }) : begin,
    end,
    query.state,
    query.createdBefore,
    query.limit,
  ]);
}
