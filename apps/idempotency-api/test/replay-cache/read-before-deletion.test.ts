import { expect, test } from 'vitest';
import { CacheLease } from '../../src/idempotency/replay-cache/cache-lease.js';
import { holdNextLook } from '../isolation/held-look.js';
import type { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';

const world = useWorld({ replicas: 2 });

test('an outcome that was read before its deletion is not kept under what was known after it', async () => {
  const [reader, deleter] = world.replicas as [ApiClient, ApiClient];
  const { key, claimToken } = await holdClaim(deleter);
  await deleter.complete(key, { claimToken, outcome: { body: 'read before' } });
  const look = holdNextLook(world, 'answer');
  const answer = reader.claim({ key });
  await look.reached;
  expect((await deleter.delete(key)).status).toBe(204);
  // By now it relies on what it has seen since, or on nothing.
  await expect.poll(() => world.apps[0]!.get(CacheLease).current()).toBeDefined();
  look.release();
  // It had asked before anybody was told of the deletion; who asks now is told of it.
  expect((await answer).body.outcome).toEqual({ body: 'read before' });
  expect((await reader.claim({ key })).status).toBe(201);
});
