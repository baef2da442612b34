import type { Database } from '../../infrastructure/database/database.js';
import type { RecordKey } from '../../idempotency/domain/record.js';

/** A record that holds something which is not under the active key. */
export interface StaleRow extends RecordKey {
  /** Null for what is under the active key already, and for what is not there. */
  outcome: Uint8Array | null;
  checkpoint_data: Uint8Array | null;
}

/** A stretch of the primary key: how far it went, and what is stale in it. */
export interface Stretch {
  examined: number;
  last: RecordKey | null;
  stale: StaleRow[];
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
  SELECT r.tenant, r.namespace, r.key,
    CASE WHEN substring(r.outcome FROM 1 FOR octet_length($4::bytea)) <> $4::bytea THEN r.outcome END AS outcome,
    CASE WHEN substring(r.checkpoint_data FROM 1 FOR octet_length($4::bytea)) <> $4::bytea THEN r.checkpoint_data END
      AS checkpoint_data
  FROM idempotency_record r
  WHERE (r.tenant, r.namespace, r.key) > ($1, $2, $3)
  ORDER BY r.tenant, r.namespace, r.key
  LIMIT $5
), weighed AS (
  SELECT *, coalesce(sum(coalesce(octet_length(outcome), 0) + coalesce(octet_length(checkpoint_data), 0))
    OVER (ORDER BY tenant, namespace, key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
  FROM examined
)
SELECT tenant, namespace, key, outcome, checkpoint_data
FROM weighed
WHERE bytes_before < ${MAX_BYTES}
ORDER BY tenant, namespace, key`,
};

/** At most so many rows after the position; none at the end of the table. Throws `StoreFailure`. */
export async function findStale(
  db: Database,
  after: RecordKey,
  activeHead: Uint8Array,
  limit: number,
): Promise<Stretch> {
  const rows = await db.queryBatch<StaleRow>(statement, [
    after.tenant,
    after.namespace,
    after.key,
    activeHead,
    limit,
  ]);
  const last = rows.at(-1);
  return {
    examined: rows.length,
    last: last ? { tenant: last.tenant, namespace: last.namespace, key: last.key } : null,
    stale: rows.filter((row) => row.outcome !== null || row.checkpoint_data !== null),
  };
}
