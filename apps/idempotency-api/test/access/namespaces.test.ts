import { beforeAll, describe, expect, it } from 'vitest';
import type { AuditPage, RecordPage } from '@infra-services/idempotency-contract';
import { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { guardFiles } from '../support/guard-files.js';
import { newKey, useWorld } from '../support/world.js';

const files = await guardFiles([{ namespaces: ['payments.*', 'orders'] }, { namespaces: ['*'] }, {}]);

describe('a token for some namespaces', () => {
  const world = useWorld({ settings: files.settings });
  let some: ApiClient;
  let all: ApiClient;

  beforeAll(() => {
    [some, all] = files.tokens.map((token) => new ApiClient(world.api.url, token)) as [ApiClient, ApiClient];
    return () => {
      some.close();
      all.close();
    };
  });

  it.each([
    ['payments.charge', 201],
    ['payments.refund.late', 201],
    ['orders', 201],
    ['payments', 403],
    ['paymentsX', 403],
    ['orders.items', 403],
    ['Orders', 403],
    [undefined, 403],
  ])('claims in %s: %i', async (namespace, status) => {
    const answer = await some.claim({ key: newKey(), ...(namespace === undefined ? {} : { namespace }) });
    expect(answer.status).toBe(status);
    const anywhere = await all.claim({ key: newKey(), ...(namespace === undefined ? {} : { namespace }) });
    expect(anywhere.status).toBe(201);
  });

  it('is answered item by item in a batch, and what it may do is done', async () => {
    const keys = [newKey(), newKey(), newKey()];
    const { body } = await some.claimBatch([
      { key: keys[0]!, namespace: 'orders' },
      { key: keys[1]!, namespace: 'secrets' },
      { key: keys[2]! },
    ]);
    expect(body.results.map(({ status }) => status)).toEqual([201, 403, 403]);
    expect((await all.get(keys[1]!, '', 'secrets')).status).toBe(404);

    const held = await holdClaim(all, { namespace: 'secrets' });
    const { claimToken } = body.results[0]!;
    const completed = await some.send<{ results: { status: number }[] }>('POST', '/v1/completions/batch', {
      json: {
        completions: [
          { key: held.key, namespace: 'secrets', claimToken: held.claimToken, outcome: {} },
          { key: keys[0]!, namespace: 'orders', claimToken, outcome: {} },
        ],
      },
    });
    expect(completed.body.results.map(({ status }) => status)).toEqual([403, 200]);
    expect((await all.get(held.key, '', 'secrets')).body.state).toBe('in_progress');
  });

  it('cannot tell a record that exists elsewhere from one that does not', async () => {
    const { key } = await holdClaim(all, { namespace: 'secrets' });
    const there = await some.get(key, '', 'secrets');
    const absent = await some.get(newKey(), '', 'secrets');
    expect([there.status, there.body.detail]).toEqual([absent.status, absent.body.detail]);
    expect(there.status).toBe(403);
  });

  it('lists one of its namespaces at a time, and is told so', async () => {
    const { key } = await holdClaim(some, { namespace: 'orders' });
    const page = await some.send<RecordPage>('GET', '/v1/records?namespace=orders&limit=200');
    expect(page.body.records.map((record) => record.key)).toContain(key);
    expect((await some.send('GET', '/v1/records?namespace=secrets')).status).toBe(403);
    const everything = await some.send('GET', '/v1/records');
    expect([everything.status, everything.body.detail]).toEqual([
      403,
      expect.stringContaining('name one of them as `namespace`'),
    ]);
    expect((await all.send('GET', '/v1/records')).status).toBe(200);
  });

  it('reads the audit log of one of its namespaces at a time', async () => {
    const { key } = await holdClaim(all, { namespace: 'orders' });
    await all.delete(key, '?force=true', 'orders');
    const page = await some.send<AuditPage>('GET', '/v1/audit?namespace=orders');
    expect(page.body.entries.map((entry) => entry.key)).toContain(key);
    expect((await some.send('GET', '/v1/audit?namespace=secrets')).status).toBe(403);
    expect((await some.send('GET', '/v1/audit')).status).toBe(403);
  });

  it('remembers ids in its namespaces alone', async () => {
    const see = (namespace: string) =>
      some.send('POST', '/v1/deduplications', { json: { namespace, ids: [newKey()] } });
    expect((await see('orders')).status).toBe(200);
    expect((await see('secrets')).status).toBe(403);
  });
});
