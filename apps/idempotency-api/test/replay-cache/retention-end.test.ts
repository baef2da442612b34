import { expect, test, vi } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';

const world = useWorld();

test('an outcome in memory is not replayed beyond its retention', async () => {
  const { key, claimToken } = await holdClaim(world.api, { request: { amount: 1 } });
  const completion = { claimToken, outcome: { body: 'x' }, retentionMs: 1_000 };
  expect((await world.api.complete(key, completion)).status).toBe(200);
  expect((await world.api.claim({ key, request: { amount: 1 } })).body.decision).toBe('replay');

  await vi.waitFor(
    async () =>
      expect((await world.api.claim({ key, request: { amount: 1 } })).body.decision).toBe('execute'),
    { timeout: 15_000, interval: 100 },
  );
});
