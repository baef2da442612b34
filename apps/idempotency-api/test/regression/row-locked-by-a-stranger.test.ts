import { describe, expect, it } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import { impatient } from '../support/limits-of-patience.js';
import { somebodyWaitsForARow } from '../isolation/pauses.js';
import { whileClaimsAreStuck } from '../support/stuck-claims.js';
import { newKey, useWorld } from '../support/world.js';

/** Within which every call is promised an answer. */
const PROMISED_MS = 2_000;

/**
 * Old behaviour: one row locked by an operator's open transaction stalled its whole lane; keys in the same batch were
 * answered after up to eleven seconds. Cause: the batch was halved step by step, and each level waited for the lock
 * three times. Fix: after one wait every record goes by itself, all at once, and a lock that was waited for is not
 * waited for again.
 */
describe('a row that a stranger has locked', () => {
  const world = useWorld({ settings: { ...impatient, BATCH_LANES: '1' } });

  it('delays its own callers alone, and them no longer than promised', async () => {
    const locked = await holdClaim(world.api);
    const stranger = await world.database.pool.connect();
    try {
      await stranger.query('BEGIN');
      await stranger.query('SELECT 1 FROM record_by_parts WHERE key = $1 FOR UPDATE', [locked.key]);
      const startedAt = performance.now();
      const [blocked, ...others] = await Promise.all([
        world.api.claim({ key: locked.key, claimToken: locked.claimToken }),
        ...Array.from({ length: 64 }, () => world.api.claim({ key: newKey() })),
      ]);
      expect(performance.now() - startedAt).toBeLessThan(PROMISED_MS);
      expect(blocked.body.code).toBe('STORE_UNAVAILABLE');
      expect(others.map(({ status }) => status)).toEqual(others.map(() => 201));
    } finally {
      await stranger.query('ROLLBACK');
      stranger.release();
    }
    const again = await world.api.claim({ key: locked.key, claimToken: locked.claimToken });
    expect(again.body).toMatchObject({ decision: 'execute', fencingToken: locked.fencingToken });
  });
});

/**
 * Old behaviour: calls that came while a statement waited for the row waited with it, half a second and then as long again, and
 * with a longer `DATABASE_LOCK_TIMEOUT_MS` longer. Cause: one statement of an operation was on its way at a time. Fix: the next
 * one leaves beside one that is late.
 */
describe('a row that a stranger has locked for longer than anybody looks', () => {
  const world = useWorld({ settings: { BATCH_LANES: '1' } });

  it('delays nobody who comes later', async () => {
    // The stranger lets go of it when they are answered, and not before.
    const statuses = await whileClaimsAreStuck(world, async () => {
      const seen: number[] = [];
      for (let count = 0; count < 20; count++) seen.push((await world.api.claim({ key: newKey() })).status);
      expect(await somebodyWaitsForARow(world.database)).toBe(true);
      return seen;
    });
    expect(statuses).toEqual(statuses.map(() => 201));
  });
});
