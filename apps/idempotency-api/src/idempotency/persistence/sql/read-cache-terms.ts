import type { Database } from '../../../infrastructure/database/database.js';

/** The generations of all slots, and a Postgres time between the sending of the question and its answer. */
export interface CacheTermsRow {
  at: Date;
  /** By slot. */
  generations: number[];
}

/** Reads what cached replays depend on: one short row, whatever the number of records. No locks. */
const statement = {
  name: 'read_cache_terms',
  sql: `
SELECT clock_timestamp() AS at, array_agg(generation::float8 ORDER BY slot) AS generations
FROM replay_cache_slot`,
};

/** Throws `StoreFailure`. */
export async function readCacheTerms(db: Database): Promise<CacheTermsRow> {
  const [row] = await db.query<CacheTermsRow>(statement, []);
  if (!row) throw new Error('an aggregate without GROUP BY answers one row');
  return row;
}
