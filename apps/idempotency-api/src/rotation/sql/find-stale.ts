import type { Database } from '../../infrastructure/database/database.js';
import { identityOf, keyOf, type RecordKey } from '../../idempotency/domain/record.js';

/** A record that holds something which is not under the active key. */
export interface StaleRecord extends RecordKey {
  /** Null for what is under the active key already, and for what is not there. */
  readonly outcome: Uint8Array | null;
  readonly checkpoint: Uint8Array | null;
}

interface ExaminedRow {
  identity: string;
  outcome: Uint8Array | null;
  checkpoint_data: Uint8Array | null;
}

/** A stretch of the primary key: how far it went, and what is stale in it. */
export interface Stretch {
  examined: number;
  last: RecordKey | null;
  stale: StaleRecord[];
}

/** Content of one stretch at the most, beside its last row: bounds memory where outcomes are large. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Walks the primary key from a position, without locks. Reads the first bytes of what is stored, and the whole of it only where
 * they are not the head of the active key.
 */
const statement = {
  name: 'find_stale',
  sql: `
WITH examined AS MATERIALIZED (
  SELECT r.identity,
    CASE WHEN substring(r.outcome FROM 1 FOR octet_length($2::bytea)) <> $2::bytea THEN r.outcome END AS outcome,
    CASE WHEN substring(r.checkpoint_data FROM 1 FOR octet_length($2::bytea)) <> $2::bytea THEN r.checkpoint_data END
      AS checkpoint_data
  FROM idempotency_record r
  WHERE r.identity > $1
  ORDER BY r.identity
  LIMIT $3
), weighed AS (
  SELECT *, coalesce(sum(coalesce(octet_length(outcome), 0) + coalesce(octet_length(checkpoint_data), 0))
    OVER (ORDER BY identity ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
  FROM examined
)
SELECT identity, outcome, checkpoint_data
FROM weighed
WHERE bytes_before < ${MAX_BYTES}
ORDER BY identity`,
};

/** Before every identity. */
const BEGINNING = '';

/** At most so many rows after the position, null for the beginning; none at the end of the table. Throws `StoreFailure`. */
export async function findStale(
  db: Database,
  after: RecordKey | null,
  activeHead: Uint8Array,
  limit: number,
): Promise<Stretch> {
  const position = after ? identityOf(after) : BEGINNING;
  const rows = await db.queryBatch<ExaminedRow>(statement, [position, activeHead, limit]);
  const last = rows.at(-1);
  return {
    examined: rows.length,
    last: last ? keyOf(last.identity) : null,
    stale: rows
      .filter((row) => row.outcome !== null || row.checkpoint_data !== null)
      .map(({ identity, outcome, checkpoint_data: checkpoint }) => ({
        ...keyOf(identity),
        outcome,
        checkpoint,
      })),
  };
}
