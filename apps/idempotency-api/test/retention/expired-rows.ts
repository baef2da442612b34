import { RetentionSweeper } from '../../src/retention/retention.sweeper.js';
import { Database } from '../../src/infrastructure/database/database.js';
import type { TestDatabase } from '../support/database.js';
import type { World } from '../support/world.js';

/** Writes that many released records `<prefix>-1` … whose retention has been over for an hour. */
export async function insertExpiredRecords(
  database: TestDatabase,
  prefix: string,
  count: number,
): Promise<void> {
  await database.pool.query(
    `INSERT INTO idempotency_record (identity, state, on_lease_expiry, attempt, fencing_token,
       retention_ms, lease_ms, claim_token, created_at, updated_at, expires_at)
     SELECT 'default default ' || $1 || '-' || n, 'released', 'block', 7, 7, 1000, 1000, gen_random_uuid(), t, t, t
     FROM generate_series(1, $2::int) n, LATERAL (SELECT clock_timestamp() - interval '1 hour' AS t) past`,
    [prefix, count],
  );
}

/** Writes that many ids that may be forgotten. */
export async function insertExpiredIds(database: TestDatabase, prefix: string, count: number): Promise<void> {
  await database.pool.query(
    `INSERT INTO deduplication (tenant, namespace, id, first_seen_at, expires_at)
     SELECT 'default', 'default', $1 || '-' || n, t, t
     FROM generate_series(1, $2::int) n, LATERAL (SELECT clock_timestamp() - interval '1 hour' AS t) past`,
    [prefix, count],
  );
}

/** Rows that a sweeper deleted, statement by statement. */
export interface Swept {
  readonly table: string;
  readonly rows: number;
}

/** A sweeper like the service's own, on the connections of a replica, that tells what each statement did. */
export function sweeperOf(
  world: World,
  replica: number,
  batchSize: number,
  intervalMs = 60_000,
): { sweeper: RetentionSweeper; swept: Swept[] } {
  const swept: Swept[] = [];
  const sweeper = new RetentionSweeper(world.apps[replica]!.get(Database), {
    intervalMs,
    batchSize,
    onSwept: (table, rows) => swept.push({ table, rows }),
  });
  return { sweeper, swept };
}

/** The keys and ids that are still stored. */
export async function remaining(database: TestDatabase): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    'SELECT key AS name FROM record_by_parts UNION ALL SELECT id FROM deduplication ORDER BY 1',
  );
  return rows.map((row) => row.name);
}
