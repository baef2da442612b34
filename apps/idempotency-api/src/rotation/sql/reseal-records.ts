import { bytesArray, textArray } from '../../infrastructure/database/array-literal.js';
import type { Database } from '../../infrastructure/database/database.js';
import { identityOf, type RecordKey } from '../../idempotency/domain/record.js';

/** One column's new bytes, and the SHA-256 of those they are for. */
export interface Resealed {
  readonly was: Uint8Array;
  readonly bytes: Uint8Array;
}

/** A record's content under the active key; null: that column is left alone. */
export interface ResealedRecord extends RecordKey {
  readonly outcome: Resealed | null;
  readonly checkpoint: Resealed | null;
}

const NOTHING = new Uint8Array();

/**
 * Puts re-sealed bytes in the place of those that they were made from, and of no others: a record that was claimed,
 * completed, given another checkpoint or deleted since is left as it is. Nothing else of the row changes, so that nobody sees
 * a difference: neither fencing nor times, nor what caches hold, which is the opened outcome.
 *
 * Locks: rows that anybody has locked are skipped, so this waits for nobody; its own locks last one short statement.
 * Taken in the order of the arrays, which is the primary key's.
 *
 * A locked row stays where it is, so it is written at its place (`ctid`): joined by its key once more, all rows of the table
 * could be gone through for it by a plan that was made when they were few. One that had just been changed is not seen there by
 * this statement, and is left as it is.
 */
const statement = {
  name: 'reseal_records',
  sql: `
WITH resealed AS MATERIALIZED (
  SELECT c.*, locked.place
  FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[])
    AS c (identity, outcome_was, outcome, checkpoint_was, checkpoint)
  CROSS JOIN LATERAL (
    SELECT r.ctid AS place FROM idempotency_record r
    WHERE r.identity = c.identity
    FOR UPDATE SKIP LOCKED
  ) locked
), written AS (
  UPDATE idempotency_record AS r SET
    outcome = CASE WHEN c.outcome = '' THEN r.outcome ELSE c.outcome END,
    checkpoint_data = CASE WHEN c.checkpoint = '' THEN r.checkpoint_data ELSE c.checkpoint END
  FROM resealed c
  WHERE r.ctid = c.place
    AND (c.outcome = '' OR sha256(r.outcome) = c.outcome_was)
    AND (c.checkpoint = '' OR sha256(r.checkpoint_data) = c.checkpoint_was)
  RETURNING 1
)
SELECT count(*)::int AS written FROM written`,
};

/** How many were written; the others had changed or were locked. Sorted by primary key. Throws `StoreFailure`. */
export async function resealRecords(db: Database, records: readonly ResealedRecord[]): Promise<number> {
  const [row] = await db.queryBatch<{ written: number }>(statement, [
    textArray(records.map(identityOf)),
    bytesArray(records.map((record) => record.outcome?.was ?? NOTHING)),
    bytesArray(records.map((record) => record.outcome?.bytes ?? NOTHING)),
    bytesArray(records.map((record) => record.checkpoint?.was ?? NOTHING)),
    bytesArray(records.map((record) => record.checkpoint?.bytes ?? NOTHING)),
  ]);
  return row?.written ?? 0;
}
