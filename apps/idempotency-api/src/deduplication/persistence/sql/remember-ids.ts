import type { Database } from '../../../infrastructure/database/database.js';

/** Ids of one namespace. Retention in milliseconds. */
export interface Sighting {
  readonly tenant: string;
  readonly namespace: string;
  /** Sorted, none twice. */
  readonly ids: readonly string[];
  readonly retentionMs: number;
}

/**
 * Remembers ids and returns those that were not remembered: new ones, and ones whose retention is over. One
 * statement, so that of two callers exactly one is first. ON CONFLICT locks an existing row and judges the locked
 * version; ids come sorted, so that two callers wait for each other in one direction only. The clock is read once
 * a row, before the lock: an id can only look remembered for too long, never forgotten too early.
 */
const statement = {
  name: 'remember_ids',
  sql: `
INSERT INTO deduplication AS d (tenant, namespace, id, first_seen_at, expires_at)
SELECT $1, $2, s.id, s.at, s.at + $4::bigint * interval '1 millisecond'
FROM (SELECT id, clock_timestamp() AS at FROM unnest($3::text[]) AS t (id)) s
ON CONFLICT (tenant, namespace, id) DO UPDATE SET
  first_seen_at = excluded.first_seen_at,
  expires_at = excluded.expires_at
WHERE d.expires_at <= excluded.first_seen_at
RETURNING d.id`,
};

/** The ids that this call is the first to name. Throws `StoreFailure`. */
export async function rememberIds(db: Database, sighting: Sighting): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(statement, [
    sighting.tenant,
    sighting.namespace,
    sighting.ids,
    sighting.retentionMs,
  ]);
  return new Set(rows.map((row) => row.id));
}
