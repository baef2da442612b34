import { describe, expect, it, onTestFinished } from 'vitest';
import { RetentionSweeper } from '../../src/retention/retention.sweeper.js';
import { holdClaim } from '../support/arrange.js';
import { newKey, startWorld } from '../support/world.js';

/** A prepared statement settles on one plan after its fifth run. */
const RUNS = 12;

/**
 * Old behaviour: completions timed out (503) when tens of thousands of claims had come since the start. Cause: their
 * prepared statement kept the plan that had been best for an almost empty table, which reads all of it. Fix: sessions rule
 * out such plans, as every statement goes to its rows by an index.
 */
describe('statements prepared while the table is young', () => {
  it('never read the whole table', async () => {
    const world = await startWorld();
    onTestFinished(() => world.database.drop());
    const { api } = world;
    for (let run = 0; run < RUNS; run++) {
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
      await world.apps[0]?.get(RetentionSweeper).sweep();
    }
    // A session reports what it counted by the time that it ends.
    api.close();
    await Promise.all(world.apps.map((app) => app.close()));
    const { rows } = await world.database.pool.query<{ relname: string; seq_scan: string }>(
      `SELECT relname, seq_scan FROM pg_stat_user_tables
       WHERE relname IN ('idempotency_record', 'deduplication') ORDER BY relname`,
    );
    expect(rows).toEqual([
      { relname: 'deduplication', seq_scan: '0' },
      { relname: 'idempotency_record', seq_scan: '0' },
    ]);
  });
});
