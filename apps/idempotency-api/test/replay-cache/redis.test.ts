import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { lookUps } from '../support/metrics.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { startWorld, type World } from '../support/world.js';
import { FOR_LONG, untilWaiting } from '../waiting/waiting.js';

/** The channel on which replicas tell of ends. */
const WAKE_UPS = 'idem:ended';

const WAITERS = 20;

/** Five commands of 50 ms open the breaker; with a busy machine's scheduling this is far above them. */
const UNTIL_OPEN_MS = 2_000;

/** Were each to wait 50 ms for Redis, they would take half as long again as they may. */
const CLAIMS_WHILE_SILENT = 60;

describe('outcomes shared through Redis', () => {
  let redis: TestRedis;
  let world: World;
  let first: ApiClient;
  let second: ApiClient;

  beforeAll(async () => {
    redis = await startRedis();
    world = await startWorld({
      replicas: 2,
      settings: { REDIS_URL: redis.url },
    });
    [first, second] = world.replicas as [ApiClient, ApiClient];
  });
  afterAll(async () => {
    await world.close();
    await redis.close();
  });
  beforeEach(async () => {
    await untilShared(first, second);
  });

  it('are found by another replica', async () => {
    const outcome = { status: 201, headers: { location: '/1' }, body: { id: 1 } };
    const hits = async () => {
      const before = await lookUps(second, 'shared', 'hit');
      const key = await completeShared(first, redis, outcome);
      expect((await second.claim({ key, request: { amount: 1 } })).body.outcome).toEqual(outcome);
      return (await lookUps(second, 'shared', 'hit')) - before;
    };
    // Redis may be given up on a busy machine, and the replica's look at Postgres be late: then it asks Postgres.
    await expect.poll(hits).toBe(1);
  });

  it('are written once, however many waited for them', async () => {
    const { key, claimToken } = await holdClaim(first);
    const waiting = Array.from({ length: WAITERS }, () => first.claim({ key, waitMs: FOR_LONG }));
    await untilWaiting(world.apps[0]!, WAITERS);
    const before = await writes(redis);
    await first.complete(key, { claimToken, outcome: { body: 1 } });
    for (const { body } of await Promise.all(waiting)) expect(body.outcome).toEqual({ body: 1 });
    // A replica whose look at Postgres was late has kept nothing, and does with the next replay.
    const writesAfterAReplay = async (): Promise<number> => {
      await first.claim({ key });
      return writes(redis);
    };
    await expect.poll(writesAfterAReplay).toBeGreaterThan(before);
    expect((await writes(redis)) - before).toBe(1);
  });

  it('still refuse another request', async () => {
    const key = await completeShared(first, redis, { body: 1 });
    expect((await second.claim({ key, request: { amount: 2 } })).body.code).toBe('FINGERPRINT_MISMATCH');
  });

  it('are gone with their deletion, though Redis still holds them', async () => {
    const key = await completeShared(first, redis, { body: 1 });
    expect((await first.delete(key)).status).toBe(204);
    expect(await redis.client.exists(nameOf(key))).toBe(1);
    expect((await second.claim({ key, request: { amount: 1 } })).status).toBe(201);
  });

  it.each([
    ['garbage', () => Promise.resolve(Buffer.from('not what we wrote'))],
    ['nothing', () => Promise.resolve(Buffer.alloc(0))],
    [
      'a value cut short',
      async (key: string) => ((await redis.client.getBuffer(nameOf(key))) ?? Buffer.alloc(9)).subarray(0, -1),
    ],
    [
      "another record's value",
      async () => {
        const other = await completeShared(first, redis, { body: 'not yours' });
        return (await redis.client.getBuffer(nameOf(other))) ?? Buffer.alloc(9);
      },
    ],
  ])('count for nothing when Redis answers %s', async (_, plant) => {
    const key = await completeShared(first, redis, { body: 'mine' });
    await redis.client.set(nameOf(key), await plant(key));
    expect((await second.claim({ key, request: { amount: 1 } })).body.outcome).toEqual({ body: 'mine' });
  });

  it('count for nothing when Redis answers with a value of another type', async () => {
    const key = await completeShared(first, redis, { body: 'mine' });
    await redis.client.del(nameOf(key));
    await redis.client.lpush(nameOf(key), 'a list');
    expect((await second.claim({ key, request: { amount: 1 } })).body.outcome).toEqual({ body: 'mine' });
  });

  it('stay out of Redis where they are large: it is shared, and they would cost it more than they save', async () => {
    const large = await completeAndReplay(first, { body: 'x'.repeat(256 * 1024) });
    // What is written later is there, so that the large one would be.
    await completeShared(first, redis, { body: 1 });
    expect(await redis.client.exists(nameOf(large))).toBe(0);
  });

  it('cost speed alone while Redis is full', async () => {
    await redis.client.config('SET', 'maxmemory', '1mb');
    const key = await completeAndReplay(first, { body: 'x'.repeat(10_000) });
    expect((await second.claim({ key, request: { amount: 1 } })).body.outcome.body).toHaveLength(10_000);
    await redis.client.config('SET', 'maxmemory', '0');
  });

  it('cost one budget a claim while Redis is silent, and nothing once the breaker has opened', async () => {
    redis.pause();
    try {
      const startedAt = performance.now();
      for (let claim = 0; claim < CLAIMS_WHILE_SILENT; claim++) await holdClaim(second);
      expect(performance.now() - startedAt).toBeLessThan(UNTIL_OPEN_MS);
      const key = await completeAndReplay(first, { body: 1 });
      expect((await second.claim({ key, request: { amount: 1 } })).body.outcome).toEqual({ body: 1 });
    } finally {
      redis.resume();
    }
  });

  it('cost nothing while Redis is away, and are shared again when it is back', async () => {
    await redis.kill();
    const key = await completeAndReplay(first, { body: 1 });
    expect((await second.claim({ key, request: { amount: 1 } })).body.outcome).toEqual({ body: 1 });
    await redis.restart();
    await untilShared(first, second);
    expect((await second.claim({ key, request: { amount: 1 } })).body.outcome).toEqual({ body: 1 });
  });
});

describe('waiters', () => {
  it('on another replica are woken through Redis, long before their next look', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const world = await startWorld({
      replicas: 2,
      settings: { REDIS_URL: redis.url, WAIT_POLL_MS: '10000' },
    });
    onTestFinished(() => world.close());
    await expect
      .poll(async () => redis.client.pubsub('NUMSUB', WAKE_UPS))
      .toEqual([WAKE_UPS, world.replicas.length]);
    const [first, second] = world.replicas as [ApiClient, ApiClient];
    const { key, claimToken } = await holdClaim(first);
    const waiting = second.claim({ key, waitMs: FOR_LONG });
    await untilWaiting(world.apps[1]!, 1);
    // Whoever else writes to the channel wakes nobody.
    for (const message of ['', 'no', 'no record', 'default\0default\0x'])
      await redis.client.publish(WAKE_UPS, message);
    const startedAt = performance.now();
    await first.complete(key, { claimToken, outcome: { body: 1 } });
    expect((await waiting).body.outcome).toEqual({ body: 1 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

/** Values written since the server began. */
async function writes(redis: TestRedis): Promise<number> {
  const [, calls] = /cmdstat_set:calls=(\d+)/.exec(await redis.client.info('commandstats')) ?? [];
  return Number(calls ?? 0);
}

/** Completes a record and replays it, which is when its outcome is kept. */
async function completeAndReplay(api: ApiClient, outcome: object): Promise<string> {
  const { key, claimToken } = await holdClaim(api, { request: { amount: 1 } });
  await api.complete(key, { claimToken, outcome });
  expect((await api.claim({ key, request: { amount: 1 } })).body.decision).toBe('replay');
  return key;
}

/** Completes a record whose outcome Redis then holds: one that a busy machine kept from it is left, and another made. */
async function completeShared(api: ApiClient, redis: TestRedis, outcome: object): Promise<string> {
  for (;;) {
    const key = await completeAndReplay(api, outcome);
    // Values are written behind the caller's back.
    const deadline = performance.now() + 1_000;
    while (performance.now() < deadline) if ((await redis.client.exists(nameOf(key))) === 1) return key;
  }
}

/** Both replicas have looked at Postgres and reach Redis, after whatever the last test did to it. */
async function untilShared(writer: ApiClient, reader: ApiClient): Promise<void> {
  for (;;) {
    const key = await completeAndReplay(writer, {});
    const before = await lookUps(reader, 'shared', 'hit');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await reader.claim({ key, request: { amount: 1 } });
    if ((await lookUps(reader, 'shared', 'hit')) > before) return;
  }
}

function nameOf(key: string): string {
  return `idem:r1:default:default:${key}`;
}
