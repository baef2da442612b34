import { describe, expect, it, onTestFinished } from 'vitest';
import { Database } from '../../src/infrastructure/database/database.js';
import { RetentionSweeper } from '../../src/retention/retention.sweeper.js';
import { resealRecords } from '../../src/rotation/sql/reseal-records.js';
import { insertExpiredRecords } from '../retention/expired-rows.js';
import { holdClaim } from '../support/arrange.js';
import type { TestDatabase } from '../support/database.js';
import { newKey, startWorld, type World } from '../support/world.js';

/** What a replica does by itself would be counted too. */
const AT_REST = { BACKGROUND_POLL_MS: '60000' };

/** A prepared statement settles on one plan after its fifth run. */
const RUNS = 12;

const ROWS = 20_000;

/** Every statement of a call on records. */
async function everyCall({ api }: World): Promise<void> {
  const { key, claimToken } = await holdClaim(api);
  await api.claim({ key });
  await api.act('renew', key, { claimToken });
  await api.act('checkpoint', key, { claimToken, name: 'a' });
  await api.complete(key, { claimToken, outcome: {} });
  await api.get(key);
  await api.delete(key);
  const released = await holdClaim(api);
  await api.act('release', released.key, { claimToken: released.claimToken, effect: 'none' });
  await api.delete(released.key);
  const unknown = await holdClaim(api);
  await api.act('release', unknown.key, { claimToken: unknown.claimToken, effect: 'unknown' });
  await api.act('resolve', unknown.key, { resolution: 'retry' });
  await api.send('GET', '/v1/records?namespace=default&limit=5');
  await api.send('POST', '/v1/deduplications', { json: { ids: [newKey()] } });
}

/** A session reports what it counted by the time that it ends. */
async function endSessions({ api, apps }: World): Promise<void> {
  api.close();
  await Promise.all(apps.map((app) => app.close()));
}

async function insertRecords(database: TestDatabase, count: number): Promise<void> {
  await database.pool.query(
    `INSERT INTO idempotency_record (identity, claim_token, on_lease_expiry, lease_ms, retention_ms,
       state, attempt, fencing_token, lease_expires_at, created_at, updated_at)
     SELECT 'default default ' || gen_random_uuid(), gen_random_uuid(), 'block', 1000, 1000, 'in_progress', 1, 1, now(), now(), now()
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
}

/**
 * Old behaviour: completions timed out (503) when tens of thousands of claims had come since the start. Cause: their
 * prepared statement kept the plan that had been best for an almost empty table, which reads all of it. Fix: sessions rule
 * out reading the table itself; and statements on many rows are written so that no plan of theirs can begin with the
 * table: one that VACUUM had found empty was read through its index instead, all of it, for every batch.
 */
describe('statements prepared while the table is young', () => {
  it('never read the whole table', async () => {
    const world = await startWorld({ settings: AT_REST });
    onTestFinished(() => world.database.drop());
    for (let run = 0; run < RUNS; run++) {
      await everyCall(world);
      await world.apps[0]?.get(RetentionSweeper).sweep();
    }
    await endSessions(world);
    const { rows } = await world.database.pool.query<{ relname: string; seq_scan: string }>(
      `SELECT relname, seq_scan FROM pg_stat_user_tables
       WHERE relname IN ('idempotency_record', 'deduplication') ORDER BY relname`,
    );
    expect(rows).toEqual([
      { relname: 'deduplication', seq_scan: '0' },
      { relname: 'idempotency_record', seq_scan: '0' },
    ]);
  });

  it('never read a whole index either, which VACUUM found all but empty', async () => {
    const world = await startWorld({ settings: AT_REST });
    const { database } = world;
    onTestFinished(() => database.drop());
    await insertRecords(database, 3);
    await database.pool.query('VACUUM ANALYZE idempotency_record');
    for (let run = 0; run < RUNS; run++) await everyCall(world);
    await insertRecords(database, ROWS);
    await everyCall(world);
    await endSessions(world);
    expect(await readByIndexes(database)).toBeLessThan(ROWS);
  });

  it('nor does a rotation', async () => {
    const world = await startWorld({ settings: AT_REST });
    const { database } = world;
    onTestFinished(() => database.drop());
    const db = world.apps[0]!.get(Database);
    const records = Array.from({ length: 50 }, (_, n) => ({
      tenant: 'default',
      namespace: 'default',
      key: `record-${n + 1}`,
      outcome: { was: Buffer.from('another'), bytes: Buffer.from('sealed') },
      checkpoint: null,
    }));
    await insertExpiredRecords(database, 'young', 3);
    await database.pool.query('VACUUM ANALYZE idempotency_record');
    for (let run = 0; run < RUNS; run++) await resealRecords(db, records);
    await insertExpiredRecords(database, 'record', ROWS);
    expect(await resealRecords(db, records)).toBe(0);
    await endSessions(world);
    expect(await readByIndexes(database)).toBeLessThan(ROWS);
  });
});

/** Index entries that statements have come by. */
async function readByIndexes(database: TestDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ read: number }>(
    `SELECT sum(idx_tup_read)::int AS read FROM pg_stat_user_indexes WHERE relname = 'idempotency_record'`,
  );
  return rows[0]!.read;
}
