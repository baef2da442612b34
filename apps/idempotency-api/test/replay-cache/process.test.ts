import type pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { complete, untilCaching, untilHits } from '../support/cached.js';
import { lookUps } from '../support/metrics.js';
import { REPLAY_LEASE_MS, useWorld } from '../support/world.js';

describe('a completed outcome in memory', () => {
  const world = useWorld({ replicas: 2 });
  beforeAll(async () => {
    for (const replica of world.replicas) await untilCaching(replica);
  });

  it.each(['the replica that it was completed on', 'another replica'])(
    'is replayed by %s without asking Postgres, from its first replay on',
    async (which) => {
      const replica = world.replicas[which === 'another replica' ? 1 : 0]!;
      await untilHits(replica, 1, async () => {
        const key = await complete(world.api, { status: 201, body: { id: 1 } });
        const answers = [
          await replica.claim({ key, request: { amount: 1 } }),
          await replica.claim({ key, request: { amount: 1 } }),
        ];
        const replay = { decision: 'replay', outcome: { status: 201, body: { id: 1 } } };
        expect(answers.map(({ body }) => body)).toMatchObject([replay, replay]);
      });
    },
  );

  it('is not kept before anybody asks for it again', async () => {
    const key = await complete(world.api, { body: 'x' });
    const before = await lookUps(world.api, 'process', 'hit');
    expect((await world.api.claim({ key, request: { amount: 1 } })).body.outcome).toEqual({ body: 'x' });
    expect(await lookUps(world.api, 'process', 'hit')).toBe(before);
  });

  it('still refuses another request', async () => {
    await untilHits(world.api, 2, async () => {
      const key = await complete(world.api, { body: 'x' });
      await world.api.claim({ key, request: { amount: 1 } });
      expect((await world.api.claim({ key, request: { amount: 2 } })).body.code).toBe('FINGERPRINT_MISMATCH');
      expect((await world.api.claim({ key })).body.code).toBe('FINGERPRINT_MISMATCH');
    });
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
    const late = await replaysAfterExecution(world.replicas, key, async () => {
      expect((await world.api.delete(key)).status).toBe(204);
    });
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

describe('a completed outcome whose deletion has to wait', () => {
  const world = useWorld({ replicas: 2 });
  beforeAll(async () => {
    for (const replica of world.replicas) await untilCaching(replica);
  });

  it('is never replayed once anybody has been told to execute anew', async () => {
    const key = await complete(world.api, { body: 'old' });
    for (const replica of world.replicas) await replica.claim({ key, request: { amount: 1 } });
    const stranger = await world.database.pool.connect();
    const late = await replaysAfterExecution(world.replicas, key, async () => {
      await stranger.query('BEGIN');
      await stranger.query('SELECT FROM record_by_parts WHERE key = $1 FOR UPDATE', [key]);
      const deletion = world.api.delete(key);
      await untilAStatementWaits(stranger);
      // Longer than replicas rely on one look: an end that the waiting statement had set ahead would be over by now.
      await stranger.query('SELECT pg_sleep($1)', [(2 * REPLAY_LEASE_MS) / 1_000]);
      await stranger.query('COMMIT');
      expect((await deletion).status).toBe(204);
    }).finally(() => {
      stranger.release();
    });
    expect(late).toEqual([]);
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

async function untilGranted(api: ApiClient, key: string): Promise<{ fencingToken: number }> {
  for (;;) {
    const { status, body } = await api.claim({ key, request: { amount: 1 } });
    if (status === 201) return body;
  }
}

/** Asks all replicas while `act` runs and for a while after it; the replays asked for after an answer to execute. */
async function replaysAfterExecution(
  replicas: readonly ApiClient[],
  key: string,
  act: () => Promise<void>,
): Promise<unknown[]> {
  let executedAt = Number.POSITIVE_INFINITY;
  let answersToCome = Number.POSITIVE_INFINITY;
  const late: unknown[] = [];
  const askers = replicas.flatMap((replica) =>
    Array.from({ length: 8 }, async () => {
      while (answersToCome-- > 0) {
        const askedAt = performance.now();
        const { body } = await replica.claim({ key, request: { amount: 1 } });
        if (body.decision === 'execute') executedAt = Math.min(executedAt, performance.now());
        if (body.decision === 'replay' && askedAt > executedAt) late.push(body);
      }
    }),
  );
  await act();
  answersToCome = 400;
  await Promise.all(askers);
  return late;
}

async function untilAStatementWaits(client: pg.PoolClient): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  // Within a transaction the view would keep showing its first reading.
  await client.query('SELECT pg_stat_clear_snapshot()');
  while ((await client.query(waiting)).rowCount === 0) await client.query('SELECT pg_stat_clear_snapshot()');
}
