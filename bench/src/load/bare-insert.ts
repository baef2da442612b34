// A program: inserts claims into the service's table, one row a statement, prepared.
import pg from 'pg';
import type { BarePgRun } from './bare-pg.js';
import { closedLoop } from './closed-loop.js';
import { FINGERPRINT, IDENTITIES, keyOf, newRun, tokenOf } from './payload.js';

const INSERT = {
  name: 'bare_insert',
  text: `
    INSERT INTO idempotency_record (
      identity, fingerprint, claim_token, on_lease_expiry, lease_ms, retention_ms,
      state, attempt, fencing_token, lease_expires_at, created_at, updated_at)
    VALUES ($1, $2, $3, 'block', 30000, 86400000,
      'in_progress', 1, 1795250244458843, now() + interval '30 s', now(), now())
    RETURNING fencing_token, lease_expires_at`,
};

const run = JSON.parse(process.argv[2] ?? '{}') as BarePgRun;
const name = newRun();
const client = new pg.Client({ connectionString: run.databaseUrl });
await client.connect();
let sent = 0;
const measurement = await closedLoop({ callers: 1, seconds: run.seconds, units: 1 }, async () => {
  const n = sent++;
  await client.query({ ...INSERT, values: [IDENTITIES + keyOf(name, n), FINGERPRINT, tokenOf(name, n)] });
});
await client.end();
console.log(`BENCH ${JSON.stringify(measurement)}`);
