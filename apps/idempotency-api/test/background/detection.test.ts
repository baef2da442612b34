import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { startReplica } from '../support/replica.js';
import { storedTask } from '../support/tasks.js';
import { newKey, useWorld } from '../support/world.js';

const settings = { DETECTION_INTERVAL_MS: '100', BACKGROUND_POLL_MS: '20' };

describe('the detection of unknown outcomes', () => {
  // Its own looks are far between: those of the replicas under test do the work.
  const world = useWorld({ settings: { ...settings, BACKGROUND_POLL_MS: '60000' } });

  const gauges = async (api: ApiClient): Promise<number[]> => {
    const { body } = await api.send<string>('GET', '/metrics');
    return ['open', 'unknown'].map((name) =>
      Number(new RegExp(`^idempotency_records_${name} (\\d+)$`, 'm').exec(body)?.[1]),
    );
  };

  it(
    'counts what is open and unknown on every replica, and tells of new ones once, without their keys',
    { timeout: 60_000 },
    async () => {
      const { pool } = world.database;
      const secretKey = newKey();
      const leaseMs = 600_000;
      await holdClaim(world.api, { leaseMs });
      await holdClaim(world.api, { leaseMs, onLeaseExpiry: 'takeover', key: newKey() });
      await holdClaim(world.api, { leaseMs, key: secretKey });
      await pool.query(
        `UPDATE record_by_parts SET lease_expires_at = clock_timestamp() - interval '1 minute' WHERE key = $1 OR on_lease_expiry = 'takeover'`,
        [secretKey],
      );
      // As if nobody had looked yet: then everything is news. The world's replica has its one look behind it.
      await expect
        .poll(async () => (await storedTask(world.database, 'detect-unknown-outcomes'))?.succeeded_at)
        .toBeTruthy();
      await pool.query(`DELETE FROM background_task WHERE name = 'detect-unknown-outcomes'`);
      const one = await startReplica(world.database, settings);
      const other = await startReplica(world.database, settings);
      for (const { api } of [one, other]) {
        await expect.poll(() => gauges(api), { timeout: 15_000 }).toEqual([3, 1]);
      }
      const told = (): Record<string, unknown>[] =>
        [...one.log, ...other.log]
          .map((line) => JSON.parse(line) as Record<string, unknown>)
          .filter(({ msg }) => msg === 'outcomes have become unknown: resolve their records');
      await expect
        .poll(told, { timeout: 15_000 })
        .toEqual([expect.objectContaining({ appeared: 1, unknown: 1, level: 40 })]);

      // One more, whose lease ended after the first look, and several looks later it has been told of once.
      const late = await holdClaim(world.api, { leaseMs });
      await pool.query(`UPDATE record_by_parts SET lease_expires_at = clock_timestamp() WHERE key = $1`, [
        late.key,
      ]);
      await expect.poll(told, { timeout: 15_000 }).toHaveLength(2);
      const term = async () => {
        const { rows } = await pool.query<{ term: number }>(
          `SELECT term::int FROM background_task WHERE name = 'detect-unknown-outcomes'`,
        );
        return rows[0]!.term;
      };
      const since = await term();
      await expect.poll(term, { timeout: 15_000 }).toBeGreaterThan(since + 3);
      expect(told().map(({ appeared, unknown }) => [appeared, unknown])).toEqual([
        [1, 1],
        [1, 2],
      ]);
      const everything = [...one.log, ...other.log].join('\n');
      for (const key of [secretKey, late.key]) expect(everything).not.toContain(key);
    },
  );

  it('shows when each task last came to its end', async () => {
    const replica = await startReplica(world.database, settings);
    await expect
      .poll(
        async () => {
          const { body } = await replica.api.send<string>('GET', '/metrics');
          return [
            ...body.matchAll(
              /^idempotency_task_last_success_timestamp_seconds\{task="([^"]+)"\} [\d.e+]+$/gm,
            ),
          ].map(([, name]) => name);
        },
        { timeout: 15_000 },
      )
      .toEqual(expect.arrayContaining(['sweep', 'detect-unknown-outcomes']));
  });
});
