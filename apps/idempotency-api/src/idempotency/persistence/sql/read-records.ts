import { textArray } from '../../../infrastructure/database/array-literal.js';
import type { Database } from '../../../infrastructure/database/database.js';
import { recordColumns, type RecordRow } from '../record-row.js';

/**
 * Reads records as they are committed, without locks.
 *
 * Time: `now()` is the start of the transaction, which is before its snapshot. A row is thus never judged by a
 * time later than the state it was read in: a lease renewed in between is not reported as ended.
 */
const statement = {
  name: 'read_records',
  sql: `
SELECT ${recordColumns('r')}, now() AS seen_at
FROM unnest($1::text[]) AS k (identity)
CROSS JOIN LATERAL (
  SELECT * FROM idempotency_record r
  WHERE r.identity = k.identity
  LIMIT 1
) r`,
};

/** Rows of the records that exist, in no order; retention that is over is for the caller to judge. Throws `StoreFailure`. */
export function readRecords(db: Database, identities: readonly string[]): Promise<RecordRow[]> {
  return db.queryBatch<RecordRow>(statement, [textArray(identities)]);
}
