import pg from 'pg';
import { FINGERPRINT, IDENTITIES } from '../load/payload.js';

/** Rows a statement inserts: one that takes half a minute says nothing meanwhile, and cannot be stopped well. */
const CHUNK = 500_000;

/** What the service makes of request n of a run (RFC 8785, members sorted): a replay has to match it. */
const FINGERPRINT_OF_N = `
  'jcs-sha256:' || translate(rtrim(encode(sha256(convert_to(
    '{"amount":1250,"currency":"EUR","customer":"cus_9XkQ2mV7","order":"' || key || '"}', 'UTF8')), 'base64'), '='),
    '+/', '-_')`;

/** The key of request n of a run ($2). */
const KEY_OF_N = `'order-' || $2::text || '-' || lpad(n::text, 9, '0')`;

/** Records 0 … count - 1 of a run, completed, their retention over in a month. */
export async function fillCompleted(databaseUrl: string, run: string, count: number): Promise<void> {
  await fill(databaseUrl, run, count, FINGERPRINT_OF_N, "interval '30 days'");
}

/** Records 0 … count - 1 of a run, completed, over for longer than a sweep leaves them. */
export async function fillExpired(databaseUrl: string, run: string, count: number): Promise<void> {
  await fill(
    databaseUrl,
    run,
    count,
    `'${FINGERPRINT}'`,
    "- interval '3 minutes' - n * interval '1 millisecond'",
  );
}

/**
 * Filled as the service would have: claims first, then their completions, and in between VACUUM, so that what completions leave
 * behind is used again. Completed rows written straight away end in pages with gaps that only claims fit in: each claim of the
 * measurement then went to a page of its own, and PostgreSQL logged each such page whole, 8.5 kB a claim and not 0.5.
 */
async function fill(
  databaseUrl: string,
  run: string,
  count: number,
  fingerprint: string,
  untilExpiry: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (let first = 0; first < count; first += CHUNK) {
      const last = Math.min(first + CHUNK, count) - 1;
      await client.query(
        `INSERT INTO idempotency_record (
           identity, fingerprint, claim_token, on_lease_expiry, lease_ms, retention_ms,
           state, attempt, fencing_token, created_at, updated_at, lease_expires_at)
         SELECT $1::text || key, ${fingerprint},
           ($2::text || '-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'block', 30000, 86400000,
           'in_progress', 1, 1795250244458843, now(), now(), now()
         FROM generate_series($3::int, $4::int) AS n, LATERAL (SELECT ${KEY_OF_N} AS key) AS named`,
        [IDENTITIES, run, first, last],
      );
      await client.query(
        `UPDATE idempotency_record SET
           state = 'completed', lease_expires_at = NULL, completed_at = now(), expires_at = now() + ${untilExpiry},
           outcome_status = 201, outcome = convert_to('{"body":{"chargeId":"ch_' || $2 || lpad(n::text, 9, '0') ||
             '","amount":1250,"state":"succeeded"}}', 'UTF8')
         FROM generate_series($3::int, $4::int) AS n
         WHERE identity = $1::text || ${KEY_OF_N}`,
        [IDENTITIES, run, first, last],
      );
      await client.query('VACUUM ANALYZE idempotency_record');
    }
    // What the fill left to write is not to be written while something is measured.
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
