import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';
import { somebodyWaitsForARow } from './pauses.js';

interface Held {
  readonly key: string;
  readonly claimToken: string;
}

const LEASE_MS = 60_000;

/** Calls, and the moment that each of them took for now, as its answer has it. */
const calls: readonly { name: string; moment(api: ApiClient, held: Held): Promise<number> }[] = [
  {
    name: 'a completion',
    moment: async (api, { key, claimToken }) => {
      const { body } = await api.complete(key, { claimToken, outcome: {} });
      return Date.parse(body.completedAt ?? '');
    },
  },
  {
    name: 'a renewal',
    moment: async (api, { key, claimToken }) => {
      const { body } = await api.act('renew', key, { claimToken, leaseMs: LEASE_MS });
      return Date.parse(body.leaseExpiresAt ?? '') - LEASE_MS;
    },
  },
];

describe('a statement that had to wait for its row', () => {
  const world = useWorld({ settings: { BACKGROUND_POLL_MS: '60000' } });

  it.each(calls)('takes the time of when it had it: $name', async ({ moment }) => {
    const held = await holdClaim(world.api);
    const stranger = await world.database.pool.connect();
    try {
      await stranger.query('BEGIN');
      await stranger.query('SELECT FROM record_by_parts WHERE key = $1 FOR UPDATE', [held.key]);
      const answered = moment(world.api, held);
      while (!(await somebodyWaitsForARow(world.database)));
      // Times in answers have milliseconds, rounded down: an earlier one would be smaller by then.
      const { rows } = await stranger.query<{ at: Date }>(
        `SELECT pg_sleep(0.01), date_trunc('milliseconds', clock_timestamp()) AS at`,
      );
      await stranger.query('COMMIT');
      expect(await answered).toBeGreaterThanOrEqual(rows[0]!.at.getTime());
    } finally {
      stranger.release();
    }
  });
});
