import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { lookUps } from '../support/metrics.js';
import { useWorld } from '../support/world.js';

describe('a completed outcome in memory', () => {
  const world = useWorld({ replicas: 2 });
  beforeAll(async () => {
    for (const replica of world.replicas) await untilCaching(replica);
  });

  it('is replayed without asking Postgres, from its completion on', async () => {
    const key = await complete(world.api, { status: 201, body: { id: 1 } });
    const before = await lookUps(world.api, 'process', 'hit');
    const replay = await world.api.claim({ key, request: { amount: 1 } });
    expect(replay.body).toMatchObject({ decision: 'replay', outcome: { status: 201, body: { id: 1 } } });
    expect(await lookUps(world.api, 'process', 'hit')).toBe(before + 1);
  });

  it('is replayed by another replica, from its first replay on', async () => {
    const key = await complete(world.api, { body: 'x' });
    const [, other] = world.replicas as [ApiClient, ApiClient];
    const before = await lookUps(other, 'process', 'hit');
    const answers = [
      await other.claim({ key, request: { amount: 1 } }),
      await other.claim({ key, request: { amount: 1 } }),
    ];
    expect(answers.map((answer) => answer.body.outcome)).toEqual([{ body: 'x' }, { body: 'x' }]);
    expect(await lookUps(other, 'process', 'hit')).toBe(before + 1);
  });

  it('still refuses another request', async () => {
    const key = await complete(world.api, { body: 'x' });
    const before = await lookUps(world.api, 'process', 'hit');
    expect((await world.api.claim({ key, request: { amount: 2 } })).body.code).toBe('FINGERPRINT_MISMATCH');
    expect((await world.api.claim({ key })).body.code).toBe('FINGERPRINT_MISMATCH');
    expect(await lookUps(world.api, 'process', 'hit')).toBe(before + 2);
  });

  it('is gone on every replica when its deletion has been answered', async () => {
    for (let round = 0; round < 5; round++) {
      const key = await complete(world.api, { body: round });
      for (const replica of world.replicas) await replica.claim({ key, request: { amount: 1 } });
      expect((await world.api.delete(key)).status).toBe(204);
      const [, other] = world.replicas as [ApiClient, ApiClient];
      expect((await other.claim({ key, request: { amount: 1 } })).body.decision).toBe('execute');
    }
  });

  it('is never replayed once anybody has been told to execute anew', async () => {
    const key = await complete(world.api, { body: 'old' });
    for (const replica of world.replicas) await replica.claim({ key, request: { amount: 1 } });
    let executedAt = Number.POSITIVE_INFINITY;
    let answersToCome = Number.POSITIVE_INFINITY;
    const late: unknown[] = [];
    const askers = world.replicas.flatMap((replica) =>
      Array.from({ length: 8 }, async () => {
        while (answersToCome-- > 0) {
          const askedAt = performance.now();
          const { body } = await replica.claim({ key, request: { amount: 1 } });
          if (body.decision === 'execute') executedAt = Math.min(executedAt, performance.now());
          if (body.decision === 'replay' && askedAt > executedAt) late.push(body);
        }
      }),
    );
    await world.api.delete(key);
    answersToCome = 400;
    await Promise.all(askers);
    expect(late).toEqual([]);
  });

  it('leaves a record alone that was claimed while its predecessor was being deleted', async () => {
    const key = await complete(world.api, { body: 'old' });
    const deletion = world.api.delete(key);
    const successor = await untilGranted(world.api, key);
    expect((await deletion).status).toBe(204);
    const record = await world.api.get(key);
    expect(record.body).toMatchObject({ state: 'in_progress', fencingToken: successor.fencingToken });
  });
});

describe('a cache that is turned off', () => {
  const world = useWorld({ settings: { REPLAY_CACHE_LEASE_MS: '0' } });

  it('replays from Postgres, and deletes at once', async () => {
    const key = await complete(world.api, { body: 1 });
    expect((await world.api.claim({ key, request: { amount: 1 } })).body.outcome).toEqual({ body: 1 });
    expect(await lookUps(world.api, 'process', 'hit')).toBe(0);
    expect((await world.api.delete(key)).status).toBe(204);
    expect((await world.api.get(key)).status).toBe(404);
  });
});

/** A replica caches nothing before its first look at Postgres. */
async function untilCaching(api: ApiClient): Promise<void> {
  for (;;) {
    const key = await complete(api, {});
    const before = await lookUps(api, 'process', 'hit');
    await api.claim({ key, request: { amount: 1 } });
    if ((await lookUps(api, 'process', 'hit')) > before) return;
  }
}

async function complete(api: ApiClient, outcome: object): Promise<string> {
  const { key, claimToken } = await holdClaim(api, { request: { amount: 1 } });
  await api.complete(key, { claimToken, outcome });
  return key;
}

async function untilGranted(api: ApiClient, key: string): Promise<{ fencingToken: number }> {
  for (;;) {
    const { status, body } = await api.claim({ key, request: { amount: 1 } });
    if (status === 201) return body;
  }
}
