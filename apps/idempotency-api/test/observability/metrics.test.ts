import { once } from 'node:events';
import { operations } from '@infra-services/idempotency-contract';
import { describe, expect, it } from 'vitest';
import { endLease, holdClaim } from '../support/arrange.js';
import { connectTo } from '../support/faults-sockets.js';
import { metric } from '../support/metrics.js';
import { nothingPasses, whileClaimsAreStuck } from '../support/stuck-claims.js';
import { newKey, useWorld, type World } from '../support/world.js';
import { promtool } from './promtool.js';

const expose = async ({ api }: World): Promise<string> => (await api.send<string>('GET', '/metrics')).body;

/** Every series that calls can make, without its value. */
const seriesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('idempotency_') && !line.startsWith('idempotency_task_'))
    .map((line) => line.slice(0, line.lastIndexOf(' ')));

async function callInManyWays({ api }: World, namespace: string): Promise<void> {
  const held = await holdClaim(api, { namespace, owner: newKey() });
  await api.complete(held.key, { claimToken: held.claimToken, outcome: {} }, namespace);
  await api.send('GET', `/v1/${newKey()}/${newKey()}`);
  await api.send('PUT', '/v1/claims', { json: {} });
  await api.send('POST', '/v1/claims', { raw: newKey() });
  await api.send('POST', '/v1/deduplications', { json: { namespace, ids: [newKey()] } });
  await api.send('GET', `/v1/audit?namespace=${namespace}`);
}

describe('metrics', () => {
  const world = useWorld({ settings: { BATCH_MAX_QUEUED: '5', ...nothingPasses } });

  it('are what promtool calls well formed', async () => {
    await callInManyWays(world, 'lint');
    const { ok, output } = promtool(['check', 'metrics'], await expose(world));
    expect(ok, output).toBe(true);
  });

  it('have no more series however many keys, namespaces and paths callers name', async () => {
    await callInManyWays(world, 'first');
    const before = seriesOf(await expose(world));
    for (let n = 0; n < 20; n++) await callInManyWays(world, `namespace-${n}`);
    const after = seriesOf(await expose(world));
    expect(after.sort()).toEqual(before.sort());
    expect(after.length).toBeLessThan(2_500);
  });

  it('time every operation from the start, and what is no operation as `other`', async () => {
    const operationsSeen = new Set(
      [
        ...(await expose(world)).matchAll(
          /^idempotency_http_request_duration_seconds_count\{operation="([^"]+)"/gm,
        ),
      ].map(([, operation]) => operation),
    );
    const known = Object.values(operations).map(({ id }) => id);
    expect([...operationsSeen].sort()).toEqual([...known, 'other'].sort());
  });

  it('count a call by its operation and class, and a problem by its code', async () => {
    const { api } = world;
    const answered = 'idempotency_http_request_duration_seconds_count{operation="renew",status_class="4xx"}';
    const problem = 'idempotency_problems_total{code="RECORD_NOT_FOUND"}';
    const [calls, problems] = [await metric(api, answered), await metric(api, problem)];
    await api.act('renew', newKey(), { claimToken: crypto.randomUUID() });
    expect(await metric(api, answered)).toBe(calls + 1);
    expect(await metric(api, problem)).toBe(problems + 1);
  });

  it('tell a takeover, once, from another attempt after a release', async () => {
    const { api, database } = world;
    const expired = 'idempotency_lease_expiries_total{policy="takeover"}';
    const counts = (): Promise<number[]> =>
      Promise.all(['idempotency_takeovers_total', expired].map((name) => metric(api, name)));
    const further = 'idempotency_claims_reattempted_total';
    const [[takeovers = 0, expiries = 0], attempts] = await Promise.all([counts(), metric(api, further)]);
    const released = await holdClaim(api);
    await api.act('release', released.key, { claimToken: released.claimToken, effect: 'none' });
    await holdClaim(api, { key: released.key });
    expect(await counts()).toEqual([takeovers, expiries]);
    expect(await metric(api, further)).toBe(attempts + 1);
    const left = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    await endLease(database, left.key);
    const { claimToken } = await holdClaim(api, { key: left.key });
    expect(await metric(api, further)).toBe(attempts + 2);
    // The same claim, asked once more.
    await holdClaim(api, { key: left.key, claimToken });
    expect(await counts()).toEqual([takeovers + 1, expiries + 1]);
  });

  it('count calls that are shed', async () => {
    const { api } = world;
    const shed = 'idempotency_calls_shed_total{operation="claim"}';
    const before = await metric(api, shed);
    const calls = await whileClaimsAreStuck(world, async () => {
      const all = Array.from({ length: 20 }, () => api.claim({ key: newKey() }));
      await Promise.race(all);
      return all;
    });
    const answers = await Promise.all(calls);
    const refused = answers.filter(({ body }) => body.code === 'OVERLOADED').length;
    expect(refused).toBeGreaterThan(0);
    expect(await metric(api, shed)).toBe(before + refused);
  });

  it('show calls that wait, and connections', async () => {
    const { api } = world;
    const { key } = await holdClaim(api);
    const socket = await connectTo(api.url);
    const body = JSON.stringify({ key, waitMs: 30_000 });
    socket.write(
      `POST /v1/claims HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => metric(api, 'idempotency_waiters'), { timeout: 15_000 }).toBe(1);
    socket.destroy();
    await once(socket, 'close');
    for (const name of [
      'idempotency_database_pool_connections{state="idle"}',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      await expect.poll(() => metric(api, name)).toBeGreaterThan(0);
  });
});
