import { describe, expect, it } from 'vitest';
import { RetentionSweeper } from '../../src/retention/retention.sweeper.js';
import { contend, replicaFor, tally } from '../concurrency/contend.js';
import { newKey, useWorld } from '../support/world.js';
import { insertExpiredRecords, remaining, sweeperOf } from './expired-rows.js';

const BACKLOG = 20_000;
/** Enough of them that many claims meet the sweep on a slow machine too. */
const CALLERS = 4;
/** What a claim may wait beyond the worst commit of somebody whom the sweep cannot hold up: the machine has both wait. */
const CLAIM_BOUND_MS = 500;

describe('claims beside a sweep', () => {
  const world = useWorld({ replicas: 2 });

  it(`are not delayed while ${BACKLOG} records are swept`, { timeout: 60_000 }, async () => {
    await insertExpiredRecords(world.database, 'backlog', BACKLOG);
    await world.database.pool.query('CREATE TABLE beside_the_sweep (n int)');
    const swept = new AbortController();
    const sweep = world.apps[0]!.get(RetentionSweeper)
      .sweep()
      .finally(() => {
        swept.abort();
      });

    const statuses: number[] = [];
    const delays: number[] = [];
    // Claims of new keys, and of keys that the sweep is about to delete, the last of them first.
    let next = 0;
    const caller = async (): Promise<void> => {
      while (!swept.signal.aborted) {
        const count = next++;
        const key = count % 2 === 0 ? newKey() : `backlog-${BACKLOG - count}`;
        const since = performance.now();
        const { status } = await replicaFor(world, count >> 1).claim({ key });
        delays.push(performance.now() - since);
        statuses.push(status);
      }
    };
    const commits: number[] = [];
    const bystander = async (): Promise<void> => {
      while (!swept.signal.aborted) {
        const since = performance.now();
        await world.database.pool.query('INSERT INTO beside_the_sweep DEFAULT VALUES');
        commits.push(performance.now() - since);
      }
    };
    await Promise.all([bystander(), ...Array.from({ length: CALLERS }, caller)]);
    await sweep;
    expect(statuses.length).toBeGreaterThan(20);
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(Math.max(...delays)).toBeLessThan(CLAIM_BOUND_MS + Math.max(...commits));
    expect((await remaining(world.database)).length).toBe(statuses.length);
  });

  it('of the very records that it deletes always end as attempt 1 of a record that is there', async () => {
    for (let round = 0; round < 10; round++) {
      const prefix = `raced-${round}`;
      await insertExpiredRecords(world.database, prefix, 100);
      const sweepers = [0, 1].map((replica) => sweeperOf(world, replica, 10).sweeper.sweep());
      const answers = await contend(world, 100, (api, index) => api.claim({ key: `${prefix}-${index + 1}` }));
      await Promise.all(sweepers);

      expect(tally(answers)).toEqual({ execute: 100 });
      expect(new Set(answers.map(({ body }) => body.attempt))).toEqual(new Set([1]));
      const { rows } = await world.database.pool.query<{ count: number }>(
        `SELECT count(*)::int FROM record_by_parts
         WHERE key LIKE $1 || '-%' AND state = 'in_progress' AND attempt = 1 AND fencing_token > 7`,
        [prefix],
      );
      expect(rows[0]!.count).toBe(100);
    }
  });
});
