import { createHash } from 'node:crypto';
import type { TestDatabase } from '../support/database.js';

/** Writes that many completed records `<prefix>-0000001` … in the clear, each with an outcome of its own, every third with a checkpoint. */
export async function insertOutcomes(database: TestDatabase, prefix: string, count: number): Promise<void> {
  await database.pool.query(
    `INSERT INTO idempotency_record (identity, state, on_lease_expiry, attempt, fencing_token, retention_ms,
       lease_ms, claim_token, created_at, updated_at, completed_at, expires_at, outcome_status, outcome,
       checkpoint_name, checkpoint_data)
     SELECT 'default default ' || $1 || '-' || lpad(n::text, 7, '0'), 'completed', 'block', 1, 7, 86400000, 30000,
       gen_random_uuid(), t, t, t, t + interval '1 day', 201, convert_to('{"body":"plain outcome ' || n || '"}', 'UTF8'),
       CASE WHEN n % 3 = 0 THEN 'c' END, CASE WHEN n % 3 = 0 THEN convert_to('"plain checkpoint"', 'UTF8') END
     FROM generate_series(1, $2::int) n, LATERAL (SELECT clock_timestamp() AS t) now`,
    [prefix, count],
  );
}

/** The key of the nth such record. */
export function keyOf(prefix: string, n: number): string {
  return `${prefix}-${String(n).padStart(7, '0')}`;
}

/** How many records, of keys like the pattern, hold something that is not sealed under this key. */
export async function countStale(database: TestDatabase, keyId: string, pattern = '%'): Promise<number> {
  const head = Buffer.concat([Buffer.from([0xc1, 1, keyId.length]), Buffer.from(keyId)]);
  const { rows } = await database.pool.query<{ count: number }>(
    `SELECT count(*)::int FROM record_by_parts
     WHERE key LIKE $2
       AND (substring(outcome FROM 1 FOR length($1::bytea)) <> $1::bytea OR substring(checkpoint_data FROM 1 FOR length($1::bytea)) <> $1::bytea)`,
    [head, pattern],
  );
  return rows[0]!.count;
}

/** A digest of all rows, what is sealed left out: a rotation must not change it. */
export async function digestOfTheRest(database: TestDatabase, prefix: string): Promise<string> {
  const { rows } = await database.pool.query<{ line: string }>(
    `SELECT (to_jsonb(r) - 'outcome' - 'checkpoint_data')::text AS line FROM record_by_parts r
     WHERE key LIKE $1 || '-%' ORDER BY identity`,
    [prefix],
  );
  return createHash('sha256')
    .update(rows.map(({ line }) => line).join('\n'))
    .digest('hex');
}
