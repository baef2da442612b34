import type { Database } from '../../infrastructure/database/database.js';

/** The planner's estimate: counting would read the table. */
const statement = {
  name: 'estimate_records',
  sql: `SELECT greatest(reltuples, 0)::float8 AS records FROM pg_class WHERE oid = 'idempotency_record'::regclass`,
};

/** About how many records there are; 0 before the first ANALYZE. Throws `StoreFailure`. */
export async function estimateRecords(db: Database): Promise<number> {
  const [row] = await db.query<{ records: number }>(statement, []);
  return row?.records ?? 0;
}
