import type { Database } from '../../infrastructure/database/database.js';

/** What is known of the records before a pass over them. */
export interface Survey {
  /** About how many there are; 0 before the first ANALYZE. */
  records: number;
  /** Postgres' time: text, as it is only ever given back to Postgres. */
  at: string;
}

/** The planner's estimate: counting would read the table. */
const statement = {
  name: 'survey_records',
  sql: `
SELECT greatest(reltuples, 0)::float8 AS records, clock_timestamp()::text AS at
FROM pg_class
WHERE oid = 'idempotency_record'::regclass`,
};

/** Throws `StoreFailure`. */
export async function surveyRecords(db: Database): Promise<Survey> {
  const [row] = await db.query<Survey>(statement, []);
  if (!row) throw new Error('the table of records is in no catalogue');
  return row;
}
