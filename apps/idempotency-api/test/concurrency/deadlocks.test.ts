import { randomUUID } from 'node:crypto';
import type { ClaimRequest, CompletionItem } from '@infra-services/idempotency-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/infrastructure/database/database.js';
import type { Answer, ApiClient } from '../support/api-client.js';
import { startWorld, type World } from '../support/world.js';
import { replicaFor } from './contend.js';
import { seededRandom, type SeededRandom } from './seeded-random.js';

const WORKERS = 8;
const ROUNDS = 60;
/** Callers in one round meet on these; few enough that every two batches overlap, in orders of their own. */
const KEYS_PER_ROUND = 24;

type BatchAnswer = Answer<{ results: { status: number; key: string; claimToken?: string }[] }>;

describe('batches whose keys overlap in different orders', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ replicas: 2 });
    // Sooner than the service's own lock timeout, which would otherwise end a deadlock before it is counted as one.
    await world.database.pool.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = 10', current_database()); END $$`,
    );
    // Connections that are there already would keep the old setting.
    await world.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'idempotency-api'`,
    );
  });
  afterAll(() => world.close());

  it(
    'never deadlock: claims, completions and deduplications over two replicas',
    { timeout: 60_000 },
    async () => {
      const setting = { name: 'test_show_deadlock_timeout', sql: 'SHOW deadlock_timeout' };
      for (const app of world.apps) {
        // A pool learns that a connection is gone by using it.
        const read = () => app.get(Database).query(setting, []);
        await expect.poll(() => read().catch(() => [])).toEqual([{ deadlock_timeout: '10ms' }]);
      }
      const workers = Array.from({ length: WORKERS }, (_, worker) => work(replicaFor(world, worker), worker));
      const statuses = (await Promise.all(workers)).flat();
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      expect(statuses.length).toBeGreaterThan(WORKERS * ROUNDS * KEYS_PER_ROUND);

      // A backend reports what it counted by the time that it ends; before that the count may lag behind.
      await Promise.all(world.apps.map((app) => app.close()));
      await expect.poll(backends, { timeout: 10_000 }).toBe(0);
      expect(await deadlocks()).toBe(0);
    },
  );

  async function backends(): Promise<number> {
    const { rows } = await world.database.pool.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'idempotency-api'`,
    );
    return rows[0]!.count;
  }

  async function deadlocks(): Promise<number> {
    const { rows } = await world.database.pool.query<{ deadlocks: number }>(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0]!.deadlocks;
  }
});

/** One caller's rounds, each with three batches at once; the statuses of all answers and of all that is in them. */
async function work(api: ApiClient, seed: number): Promise<number[]> {
  const random = seededRandom(seed);
  const statuses: number[] = [];
  const note = ({ status, body }: BatchAnswer): void => {
    statuses.push(status, ...body.results.map((result) => result.status));
  };
  for (let round = 0; round < ROUNDS; round++) {
    const keys = Array.from({ length: KEYS_PER_ROUND }, (_, index) => `round-${round}-${index}`);
    const [claimed] = await Promise.all([
      send(api, '/v1/claims/batch', { claims: claimsOf(random.shuffle(keys)) }),
      send(api, '/v1/completions/batch', { completions: completionsOf(random.shuffle(keys)) }),
      see(api, random.shuffle(keys)).then((status) => statuses.push(status)),
    ]);
    note(claimed);
    note(await send(api, '/v1/completions/batch', { completions: completionsOf(keys, claimed, random) }));
  }
  return statuses;
}

function send(api: ApiClient, path: string, json: unknown): Promise<BatchAnswer> {
  return api.send('POST', path, { json });
}

async function see(api: ApiClient, ids: string[]): Promise<number> {
  return (await api.send('POST', '/v1/deduplications', { json: { ids } })).status;
}

function claimsOf(keys: readonly string[]): ClaimRequest[] {
  return keys.map((key) => ({ key, claimToken: randomUUID(), onLeaseExpiry: 'takeover', leaseMs: 100 }));
}

/** Completions by whoever was granted a key, by a stranger for all others: both lock the row. */
function completionsOf(
  keys: readonly string[],
  claimed?: BatchAnswer,
  random?: SeededRandom,
): CompletionItem[] {
  const tokens = new Map(claimed?.body.results.map((result) => [result.key, result.claimToken]));
  const completions = keys.map((key) => ({
    key,
    claimToken: tokens.get(key) ?? randomUUID(),
    outcome: { status: 200 },
  }));
  return random?.shuffle(completions) ?? completions;
}
