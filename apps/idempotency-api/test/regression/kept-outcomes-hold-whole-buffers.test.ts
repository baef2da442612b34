import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { lookUps } from '../support/metrics.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { newKey, startWorld, type World } from '../support/world.js';

const OUTCOMES = 2_000;
const CALLERS = 32;

/** An outcome here has some sixty bytes, its ArrayBuffer a few hundred. */
const MAX_BYTES_EACH = 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of all buffers of this process that anybody still holds. */
function heldInBuffers(): number {
  // Buffers are swept by a thread of its own after a collection; the next one waits until it is done.
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/**
 * Old behaviour: under load the process grew by 5 kB an outcome, far beyond REPLAY_CACHE_MAX_BYTES. Cause: the bytes of an
 * outcome are a view of the buffer that they came in (8 kB of Node's pool, or a whole read of the socket to Redis), and
 * memory kept the view, and so all of that buffer. Found by an hour's soak (`pnpm bench:soak`). Fix: memory keeps text, and no
 * buffer at all.
 */
describe('an outcome that is kept in memory', () => {
  let redis: TestRedis;
  let world: World;
  const keys = Array.from({ length: OUTCOMES }, newKey);
  /** They open the connections that the rest goes through, with their buffers. */
  const firstKeys = Array.from({ length: 4 * CALLERS }, newKey);

  beforeAll(async () => {
    redis = await startRedis();
    world = await startWorld({
      replicas: 2,
      // Looks at Postgres that may be relied on for long: on a busy machine, too, outcomes are kept.
      settings: { REDIS_URL: redis.url, REPLAY_CACHE_LEASE_MS: '10000', LOG_LEVEL: 'error' },
    });
  });
  afterAll(async () => {
    await world.close();
    await redis.close();
  });

  it('holds its own bytes, and nothing that they came in', async () => {
    await forEach(firstKeys, (key) => completeAndReplay(world.api, key));
    const before = heldInBuffers();
    await forEach(keys, (key) => completeAndReplay(world.api, key));
    expect((heldInBuffers() - before) / OUTCOMES).toBeLessThan(MAX_BYTES_EACH);
  });

  it('does so where it came from another replica, through Redis', async () => {
    const other = world.replicas[1]!;
    const replay = async (key: string): Promise<void> => {
      const { body } = await other.claim({ key });
      expect(body.decision).toBe('replay');
    };
    await forEach(firstKeys, replay);
    const before = heldInBuffers();
    await forEach(keys, replay);
    expect(await lookUps(other, 'shared', 'hit')).toBeGreaterThan(firstKeys.length);
    expect((heldInBuffers() - before) / OUTCOMES).toBeLessThan(MAX_BYTES_EACH);
  });
});

async function completeAndReplay(api: ApiClient, key: string): Promise<void> {
  const { claimToken } = await holdClaim(api, { key });
  const { status } = await api.complete(key, { claimToken, outcome: { body: { chargeId: key } } });
  expect(status).toBe(200);
  // Kept from the first replay on.
  expect((await api.claim({ key })).body.decision).toBe('replay');
}

/** Acts on every key, for many of them at once, as callers do: what comes in together shares buffers. */
async function forEach(keys: readonly string[], act: (key: string) => Promise<void>): Promise<void> {
  const left = [...keys];
  const caller = async (): Promise<void> => {
    for (let key = left.pop(); key !== undefined; key = left.pop()) await act(key);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}
