import type { Database } from '../../infrastructure/database/database.js';

/** What is open at one moment. */
export interface OpenCounts {
  /** In progress, unknown or not. */
  open: number;
  /** Lease over under `block`. */
  unknown: number;
  /** Of these, whose lease ended after the former look's `until`. */
  appeared: number;
  /** Leases that ended until then were counted: text, as it is only ever given back to Postgres. */
  until: string;
}

/** A look at more open records than that would be no short statement any more; the counts then say "at least". */
const MAX_COUNTED = 100_000;

/**
 * A lease can be ended by a statement that has read the clock and not yet committed. Leases count as news only after that long,
 * so that the next look does not begin beyond one that was on its way.
 */
const SETTLED_AFTER = `interval '2 seconds'`;

/** Counts open records by their index, without locks. */
const statement = {
  name: 'count_open',
  sql: `
SELECT
  count(o.is_unknown)::int AS open,
  count(*) FILTER (WHERE o.is_unknown)::int AS unknown,
  count(*) FILTER (WHERE o.is_unknown AND o.lease_expires_at > $1::timestamptz AND o.lease_expires_at <= t.until)::int AS appeared,
  t.until::text AS until
FROM (SELECT now() - ${SETTLED_AFTER} AS until) t
LEFT JOIN LATERAL (
  SELECT r.lease_expires_at, r.on_lease_expiry = 'block' AND r.lease_expires_at <= now() AS is_unknown
  FROM idempotency_record r
  WHERE r.state = 'in_progress'
  LIMIT ${MAX_COUNTED}
) o ON true
GROUP BY t.until`,
};

/** Throws `StoreFailure`. */
export async function countOpen(db: Database, since: string): Promise<OpenCounts> {
  const [row] = await db.query<OpenCounts>(statement, [since]);
  if (!row) throw new Error('one group answers one row');
  return row;
}
