import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { guardFiles, untilAnswered, type GuardFiles } from '../support/guard-files.js';
import { metric } from '../support/metrics.js';
import { newKey, startWorld } from '../support/world.js';

/** Two tenants; the limits are those of the first. */
async function limited(
  limit: object,
  settings: GuardFiles['settings'] = {},
): Promise<{ acme: ApiClient; globex: ApiClient; files: GuardFiles }> {
  const files = await guardFiles([{ tenant: 'acme' }, { tenant: 'globex' }], {
    limits: [{ tenant: 'acme', ...limit }],
  });
  const world = await startWorld({ settings: { ...files.settings, ...settings } });
  onTestFinished(() => world.close());
  const [acme, globex] = files.tokens.map((token) => {
    const client = new ApiClient(world.api.url, token);
    onTestFinished(() => {
      client.close();
    });
    return client;
  });
  return { acme: acme!, globex: globex!, files };
}

/** A claim that is granted. A grant that a count meets on its way is counted twice, until the next count. */
async function untilHeld(api: ApiClient, { key = newKey(), claimToken = randomUUID() } = {}) {
  const { body } = await untilAnswered(() => api.claim({ key, claimToken }), 201);
  return body;
}

/** One call, and then none for hours. */
const oneCall = { requestsPerSecond: 0.000_1, burst: 1 };

describe('a tenant above its rate', () => {
  it('is told when to ask again, and another tenant is not', async () => {
    const { acme, globex } = await limited(oneCall);
    expect((await acme.claim({ key: newKey() })).status).toBe(201);
    const { status, headers, body } = await acme.claim({ key: newKey() });
    expect([status, body.code, body.retryable]).toEqual([429, 'RATE_LIMITED', true]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(3_600);
    expect((await globex.claim({ key: newKey() })).status).toBe(201);
    expect(await metric(globex, 'idempotency_calls_refused_total{reason="rate_limited"}')).toBe(1);
  });

  it.each([
    ['a claim', (api: ApiClient) => api.claim({ key: newKey() })],
    [
      'a batch of claims',
      (api: ApiClient) => api.send('POST', '/v1/claims/batch', { json: { claims: [{ key: 'a' }] } }),
    ],
    ['a read', (api: ApiClient) => api.get('a')],
    ['a list', (api: ApiClient) => api.send('GET', '/v1/records')],
    ['a look at ids', (api: ApiClient) => api.send('POST', '/v1/deduplications', { json: { ids: ['a'] } })],
  ])('cannot make %s', async (_, call) => {
    const { acme } = await limited(oneCall);
    await acme.claim({ key: newKey() });
    expect((await call(acme)).status).toBe(429);
  });

  it('completes, renews, keeps and releases what it holds; an operator resolves and deletes', async () => {
    const { acme } = await limited({ requestsPerSecond: 0.000_1, burst: 3 });
    const [one, two, three] = [await holdClaim(acme), await holdClaim(acme), await holdClaim(acme)];
    expect((await acme.claim({ key: newKey() })).status).toBe(429);
    const answers = [
      await acme.act('renew', one.key, { claimToken: one.claimToken }),
      await acme.act('checkpoint', one.key, { claimToken: one.claimToken, name: 'n' }),
      await acme.complete(one.key, { claimToken: one.claimToken, outcome: {} }),
      await acme.send('POST', '/v1/completions/batch', {
        json: { completions: [{ key: two.key, claimToken: two.claimToken, outcome: {} }] },
      }),
      await acme.act('release', three.key, { claimToken: three.claimToken, effect: 'none' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await acme.act('resolve', one.key, { resolution: 'retry' })).body.code).toBe('NOT_RESOLVABLE');
    expect((await acme.delete(one.key)).status).toBe(204);
  });

  it('has each item of a batch counted', async () => {
    const { acme } = await limited({ requestsPerSecond: 0.000_1, burst: 10 });
    const batch = Array.from({ length: 10 }, () => ({ key: newKey() }));
    expect((await acme.claimBatch(batch)).status).toBe(200);
    expect((await acme.claim({ key: newKey() })).status).toBe(429);
  });

  it('is let in again when the file says so', async () => {
    const { acme, files } = await limited(oneCall);
    await acme.claim({ key: newKey() });
    await files.writePolicies({ limits: [] });
    const { status } = await untilAnswered(() => acme.claim({ key: newKey() }), 201);
    expect(status).toBe(201);
  });
});

describe('a tenant with as many open claims as it may have', () => {
  it('opens no more until it closes some; another tenant does', async () => {
    const { acme, globex } = await limited({ openClaims: 2 });
    const held = [await holdClaim(acme), await untilHeld(acme)];
    // Each of these that is granted before the count is over is let go of, so that only the two stay open.
    const open = async () => {
      const answer = await acme.claim({ key: newKey() });
      const { key, claimToken, status } = { ...answer.body, status: answer.status };
      if (status === 201) await acme.act('release', key, { claimToken, effect: 'none' });
      return answer;
    };
    const { body, headers } = await untilAnswered(open, 429);
    expect(body).toMatchObject({ code: 'QUOTA_EXCEEDED', retryable: true });
    expect(headers['retry-after']).toBe('1');
    expect((await globex.claim({ key: newKey() })).status).toBe(201);
    const [first] = held;
    await acme.complete(first!.key, { claimToken: first!.claimToken, outcome: {} });
    await untilAnswered(open, 201);
  });

  it('opens no more than that, however many it asks for at once, one by one and in batches', async () => {
    // One count at the first call and none after it: what is opened meanwhile has to be known without.
    const { acme } = await limited({ openClaims: 5 }, { USAGE_COUNT_INTERVAL_MS: '3600000' });
    const keys = Array.from({ length: 20 }, () => newKey());
    const [batch, ...single] = await Promise.all([
      acme.claimBatch(keys.map((key) => ({ key }))),
      ...keys.map(() => acme.claim({ key: newKey() })),
    ]);
    const statuses = [...batch.body.results, ...single].map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(35);
  });

  it('gets the outcomes that there are, and its own claims again', async () => {
    const { acme } = await limited({ openClaims: 1 });
    const done = await holdClaim(acme);
    await acme.complete(done.key, { claimToken: done.claimToken, outcome: { body: 1 } });
    const [key, claimToken] = [newKey(), randomUUID()];
    const held = await untilHeld(acme, { key, claimToken });
    await untilAnswered(() => acme.claim({ key: newKey() }), 429);
    expect((await acme.claim({ key: done.key })).body.outcome).toEqual({ body: 1 });
    const again = await acme.claim({ key, claimToken });
    expect([again.status, again.body.fencingToken]).toEqual([201, held.fencingToken]);
    expect((await acme.claim({ key })).body.code).toBe('CLAIM_IN_PROGRESS');
    // Figures of a tenant that was silent for a while are forgotten, and it is let in until the next count.
    const statuses = async () => {
      const { body } = await acme.claimBatch([{ key: done.key }, { key: newKey() }]);
      const [, further] = body.results;
      if (further?.status === 201)
        await acme.act('release', further.key, { claimToken: further.claimToken, effect: 'none' });
      return body.results.map(({ status }) => status);
    };
    await expect.poll(statuses).toEqual([200, 429]);
  });
});

describe('a tenant that stores as many bytes as it may', () => {
  it('begins nothing new, and has ids remembered no more, yet stores the outcomes that it owes', async () => {
    const { acme, globex } = await limited({ storedBytes: 50_000 });
    const owed = await holdClaim(acme);
    const { key, claimToken } = await holdClaim(acme);
    // Random, as PostgreSQL compresses what it stores.
    const large = Array.from({ length: 2_000 }, () => randomUUID()).join('');
    await acme.complete(key, { claimToken, outcome: { body: large } });
    await untilAnswered(() => acme.claim({ key: newKey() }), 429);
    const see = (api: ApiClient) => api.send('POST', '/v1/deduplications', { json: { ids: [newKey()] } });
    expect(await see(acme)).toMatchObject({ status: 429, body: { code: 'QUOTA_EXCEEDED' } });
    expect((await see(globex)).status).toBe(200);
    const { status } = await acme.complete(owed.key, {
      claimToken: owed.claimToken,
      outcome: { body: large },
    });
    expect(status).toBe(200);
    await acme.delete(key);
    await acme.delete(owed.key);
    await untilAnswered(() => see(acme), 200);
  });
});
