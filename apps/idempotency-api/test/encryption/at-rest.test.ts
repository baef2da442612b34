import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { endLease, holdClaim } from '../support/arrange.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { expectNoneIn } from '../support/faults-secrets.js';
import { lookUps } from '../support/metrics.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { startReplica } from '../support/replica.js';
import { keysFile, newEncryptionKey } from '../support/seals.js';
import { useWorld } from '../support/world.js';
import { dump } from './dump.js';

const KEYS_FILE = keysFile({ k1: newEncryptionKey() }, 'k1');

const secrets = {
  body: `secret-body-${randomUUID()}`,
  header: `secret-header-${randomUUID()}`,
  batched: `secret-batched-${randomUUID()}`,
  checkpoint: `secret-checkpoint-${randomUUID()}`,
  resolved: `secret-resolved-${randomUUID()}`,
  request: `secret-request-${randomUUID()}`,
};

const whole = { status: 201, headers: { 'x-receipt': secrets.header }, body: { receipt: secrets.body } };

/**
 * The key of a record whose outcome a replica has put into Redis. Tried with one after the other: an outcome gets there on its first
 * replay or not at all, and not before the replica has met Redis, nor while its look at Postgres is too old, as on a busy machine.
 */
async function shareOutcome(api: ApiClient, redis: TestRedis, outcome: object): Promise<string> {
  for (;;) {
    const { key, claimToken } = await holdClaim(api);
    await api.complete(key, { claimToken, outcome });
    await api.claim({ key });
    await setTimeout(20);
    if ((await redis.client.keys(`*:${key}`)).length > 0) return key;
  }
}

/** Plants every secret in every way that content takes into the store; reads each back from it. */
async function plant(api: ApiClient, database: TestDatabase): Promise<string> {
  const request = { card: secrets.request };
  const { key, claimToken } = await holdClaim(api, { request });
  const checkpoint = { name: 'charged', data: secrets.checkpoint };
  expect((await api.act('checkpoint', key, { claimToken, ...checkpoint })).status).toBe(200);
  expect((await api.claim({ key, claimToken, request })).body.checkpoint).toEqual(checkpoint);
  const completed = await api.complete(key, { claimToken, outcome: whole });
  expect(completed.body).toMatchObject({ outcome: whole, checkpoint });
  expect((await api.complete(key, { claimToken, outcome: whole })).status).toBe(200);
  expect((await api.complete(key, { claimToken, outcome: {} })).body.code).toBe('OUTCOME_CONFLICT');

  const batched = await holdClaim(api);
  const outcome = { body: secrets.batched };
  const item = { key: batched.key, claimToken: batched.claimToken, outcome };
  expect((await api.send('POST', '/v1/completions/batch', { json: { completions: [item] } })).status).toBe(
    200,
  );

  const unknown = await holdClaim(api, { leaseMs: 100 });
  await endLease(database, unknown.key);
  const resolution = { resolution: 'completed', outcome: { body: secrets.resolved } };
  expect((await api.act('resolve', unknown.key, resolution)).status).toBe(200);
  expect((await api.get(unknown.key)).body.outcome).toEqual(resolution.outcome);
  expect((await api.claim({ key, request })).body.outcome).toEqual(whole);
  return key;
}

/** One on which nobody has sealed yet: only there does a replica start without keys. */
async function freshDatabase(): Promise<TestDatabase> {
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  return database;
}

describe('what is stored with KEYS_FILE', () => {
  const world = useWorld({ settings: { KEYS_FILE } });

  it('shows none of the planted secrets in a dump of the database', async () => {
    await plant(world.api, world.database);
    const lines = await dump(world.database);
    expect(lines.filter((line) => line.includes('idempotency_record')).length).toBeGreaterThanOrEqual(3);
    expectNoneIn(lines, secrets);
  });

  it('would show them without: the dump looks where they are', async () => {
    const database = await freshDatabase();
    const open = await startReplica(database, { LOG_LEVEL: 'silent' });
    await plant(open.api, database);
    const lines = await dump(database);
    for (const name of ['body', 'header', 'batched', 'checkpoint', 'resolved'] as const) {
      expect(() => {
        expectNoneIn(lines, { [name]: secrets[name] });
      }, name).toThrow();
    }
  });

  it('is read on another replica with the keys, and by one that has only just been given them', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    await world.api.complete(key, { claimToken, outcome: whole });
    const other = await startReplica(world.database, { KEYS_FILE, LOG_LEVEL: 'silent' });
    expect((await other.api.claim({ key })).body.outcome).toEqual(whole);
  });

  it('shows none of them in Redis either, and is replayed from there', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    // A look at Redis that is given up would put what Postgres says in its place.
    const settings = { KEYS_FILE, REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '10000', LOG_LEVEL: 'silent' };
    const one = await startReplica(world.database, settings);
    const other = await startReplica(world.database, settings);
    const key = await shareOutcome(one.api, redis, whole);
    expect(await redis.client.keys(`*:${key}`)).toEqual([`idem:s1:default:default:${key}`]);
    const value = await redis.client.getBuffer(`idem:s1:default:default:${key}`);
    expectNoneIn([value!.toString('latin1'), value!.toString('hex')], secrets);

    await expect
      .poll(async () => {
        const before = await holdClaim(one.api);
        await one.api.complete(before.key, { claimToken: before.claimToken, outcome: {} });
        for (const { api } of [one, other]) await api.claim({ key: before.key });
        return lookUps(other.api, 'shared', 'hit');
      })
      .toBeGreaterThan(0);
    // Postgres would answer something else: what is replayed came out of Redis.
    await world.database.pool.query(`UPDATE record_by_parts SET outcome = '{}' WHERE key = $1`, [key]);
    await expect.poll(async () => (await other.api.claim({ key })).body.outcome).toEqual(whole);
  });

  it('does not take an unsealed value in Redis for an outcome', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const database = await freshDatabase();
    // Kept in Redis once, and not again by the replica that has it: on a busy machine that must not come too late.
    const settings = { REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '10000', LOG_LEVEL: 'silent' };
    const open = await startReplica(database, settings);
    const key = await shareOutcome(open.api, redis, { body: 'planted' });
    const shared = `idem:r1:default:default:${key}`;
    expect(await redis.client.keys(`*:${key}`)).toEqual([shared]);
    await redis.client.copy(shared, `idem:s1:default:default:${key}`);
    await database.pool.query(`UPDATE record_by_parts SET outcome = '{"body":"true"}' WHERE key = $1`, [key]);
    // Not sooner: it seals what it finds, and the other one could not read its own record.
    const sealing = await startReplica(database, { ...settings, KEYS_FILE });
    await shareOutcome(sealing.api, redis, {});
    expect((await sealing.api.claim({ key })).body.outcome).toEqual({ body: 'true' });
  });
});
