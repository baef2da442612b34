import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient, Answer } from '../support/api-client.js';
import { endLease, holdClaim } from '../support/arrange.js';
import { untilHits } from '../support/cached.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { fakedClock } from '../support/faked-clock.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

/** Leases and the shorter retention end within the jump; the longer retention does not. Milliseconds. */
const LEASE_MS = 600_000;
const RETENTION_MS = { within: 1_800_000, beyond: 86_400_000 };

const request = { amount: 1 };

/** Some answers are waited for, and an outcome has to be found in memory on a busy machine. */
const TIMEOUT_MS = 120_000;

let database: TestDatabase;
let redis: TestRedis;
/** Looks for tasks once a minute: whatever is swept, the other sweeps. */
let steady: ServiceProcess;
let jumping: ServiceProcess;
const clock = fakedClock();

beforeAll(async () => {
  database = await createDatabase();
  redis = await startRedis();
  const environment = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REPLAY_CACHE_LEASE_MS: '10000',
    SWEEP_INTERVAL_MS: '200',
  };
  steady = await startService({ ...environment, BACKGROUND_POLL_MS: '60000' });
  jumping = await startService({ ...environment, ...clock.environment, BACKGROUND_POLL_MS: '100' });
});

afterAll(async () => {
  await Promise.all([steady.end('SIGTERM'), jumping.end('SIGTERM')]);
  await redis.close();
  await database.drop();
});

/** How far a replica's wall clock is from this process's, in seconds, by the `Date` of its answers. */
async function offsetOf(api: ApiClient): Promise<number> {
  const { headers } = await api.send('GET', '/health/live');
  return (Date.parse(headers.date ?? '') - Date.now()) / 1_000;
}

/** Every record that a clock could make a difference to. */
interface Scene {
  readonly held: { readonly key: string; readonly claimToken: string };
  readonly keys: Readonly<Record<string, string>>;
}

async function arrange(api: ApiClient): Promise<Scene> {
  const open = (more: object) => holdClaim(api, { request, leaseMs: LEASE_MS, ...more });
  const completed = async (retentionMs: number): Promise<string> => {
    const { key, claimToken } = await open({});
    await api.complete(key, { claimToken, outcome: { status: 201, body: 'done' }, retentionMs });
    return key;
  };
  const held = await open({});
  const unknown = await open({});
  const abandoned = await open({ onLeaseExpiry: 'takeover' });
  await endLease(database, unknown.key);
  await endLease(database, abandoned.key);
  const over = await completed(1_000);
  await database.pool.query(
    `SELECT pg_sleep_until(expires_at + interval '10 milliseconds') FROM record_by_parts WHERE key = $1`,
    [over],
  );
  return {
    held,
    keys: {
      'held under block': held.key,
      'held under takeover': (await open({ onLeaseExpiry: 'takeover' })).key,
      'lease over under block': unknown.key,
      'lease over under takeover': abandoned.key,
      'completed, for half an hour': await completed(RETENTION_MS.within),
      'completed, for a day': await completed(RETENTION_MS.beyond),
      'retention over': over,
      new: newKey(),
    },
  };
}

/** What an answer decides; its times in whole minutes from now, by the clock of the database. */
async function decision({ status, headers, body }: Answer): Promise<unknown> {
  const { rows } = await database.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const now = rows[0]!.now.getTime();
  const minutes = (time: unknown): number | undefined =>
    typeof time === 'string' ? Math.round((Date.parse(time) - now) / 60_000) : undefined;
  const {
    code,
    decision: decided,
    state,
    attempt,
    outcome,
    leaseExpiresAt,
    expiresAt,
  } = body as Record<string, unknown>;
  return {
    status,
    decided: code ?? decided ?? state,
    attempt,
    outcome,
    retryAfter: headers['retry-after'],
    leaseMinutes: minutes(leaseExpiresAt),
    retentionMinutes: minutes(expiresAt),
  };
}

/** Every question whose answer is a matter of time. */
async function ask(api: ApiClient, { held, keys }: Scene): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(keys)) {
    answers[`read ${name}`] = await decision(await api.get(key));
    answers[`claim ${name}`] = await decision(
      await api.claim({ key, claimToken: randomUUID(), request, leaseMs: LEASE_MS }),
    );
  }
  const since = performance.now();
  await api.claim({ key: held.key, request, waitMs: 300 });
  answers['waits for tenths of seconds'] = performance.now() - since - 300 < 2_500;
  const { key, claimToken } = held;
  answers.renew = await decision(await api.act('renew', key, { claimToken, leaseMs: LEASE_MS }));
  answers.complete = await decision(await api.complete(key, { claimToken, outcome: { body: 'late' } }));
  return answers;
}

it.each([
  ['an hour ahead', 3_600],
  ['an hour behind', -3_600],
])(
  'a replica whose clock jumps to %s decides as the one beside it',
  async (_, offset) => {
    clock.set(0);
    await expect
      .poll(() => offsetOf(jumping.api), { timeout: 10_000 })
      .toSatisfy((off: number) => Math.abs(off) < 5);
    const [here, there] = [await arrange(steady.api), await arrange(jumping.api)];
    // In its memory before the jump: afterwards it is memory that answers, with the retention's end that it knew.
    const cached = there.keys['completed, for half an hour']!;
    await untilHits(jumping.api, 1, async () => {
      await jumping.api.claim({ key: cached, request });
    });

    clock.set(offset);
    await expect
      .poll(() => offsetOf(jumping.api), { timeout: 10_000 })
      .toSatisfy((off: number) => Math.abs(off - offset) < 5);

    await untilHits(jumping.api, 1, async () => {
      const { body } = await jumping.api.claim({ key: cached, request });
      expect(body.decision).toBe('replay');
    });
    const expected = await ask(steady.api, here);
    expect(await ask(jumping.api, there)).toEqual(expected);
    expect(expected['claim held under takeover']).toMatchObject({ decided: 'CLAIM_IN_PROGRESS' });
    expect(expected['claim lease over under block']).toMatchObject({ decided: 'OUTCOME_UNKNOWN' });
    expect(expected['claim lease over under takeover']).toMatchObject({ decided: 'execute', attempt: 2 });
    expect(expected['claim completed, for half an hour']).toMatchObject({ decided: 'replay' });
    expect(expected['claim retention over']).toMatchObject({ decided: 'execute', attempt: 1 });

    // The jumped one alone sweeps: what is over for long enough goes, and nothing else.
    const over = newKey();
    const { claimToken } = await holdClaim(steady.api, { key: over });
    await steady.api.complete(over, { claimToken, outcome: {} });
    await database.pool.query(
      `UPDATE record_by_parts SET expires_at = clock_timestamp() - interval '3 minutes' WHERE key = $1`,
      [over],
    );
    const isStored = async (key: string): Promise<boolean> => {
      const { rowCount } = await database.pool.query('SELECT FROM record_by_parts WHERE key = $1', [key]);
      return rowCount === 1;
    };
    await expect.poll(() => isStored(over), { timeout: 20_000 }).toBe(false);
    for (const scene of [here, there])
      for (const key of Object.values(scene.keys)) expect(await isStored(key)).toBe(true);
  },
  TIMEOUT_MS,
);
