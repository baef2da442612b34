import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditPage, IdempotencyRecord } from '@infra-services/idempotency-contract';
import { ApiClient, recordPath, type Answer } from '../support/api-client.js';
import { endLease, holdClaim, type HeldClaim } from '../support/arrange.js';
import { guardFiles } from '../support/guard-files.js';
import { newKey, useWorld } from '../support/world.js';

const files = await guardFiles([{ tenant: 'acme' }, { tenant: 'globex' }]);

/** An answer without what differs from call to call. */
function essence({ status, body }: Answer, key: string): unknown {
  const text = JSON.stringify(body, (name, value: unknown) => (name === 'requestId' ? 'id' : value));
  return { status, body: (text as string | undefined)?.replaceAll(key, 'KEY') };
}

describe('two tenants with the same namespace and key', () => {
  const world = useWorld({ settings: files.settings });
  let acme: ApiClient;
  let globex: ApiClient;

  beforeEach(() => {
    acme = new ApiClient(world.api.url, files.tokens[0]);
    globex = new ApiClient(world.api.url, files.tokens[1]);
    return () => {
      acme.close();
      globex.close();
    };
  });

  it('each execute and replay their own', async () => {
    const mine = await holdClaim(acme, { request: 'mine' });
    const theirs = await holdClaim(globex, { key: mine.key, request: 'theirs' });
    await acme.complete(mine.key, { claimToken: mine.claimToken, outcome: { body: 'for acme' } });
    await globex.complete(mine.key, { claimToken: theirs.claimToken, outcome: { body: 'for globex' } });
    for (const [api, request, body] of [
      [acme, 'mine', 'for acme'],
      [globex, 'theirs', 'for globex'],
    ] as const) {
      const replay = await api.claim({ key: mine.key, request });
      expect([replay.status, replay.body.outcome]).toEqual([200, { body }]);
    }
  });

  /** Every way to ask about a record, by key; with the token of its holder, known or stolen. */
  const ways: { way: string; ask: (api: ApiClient, held: HeldClaim) => Promise<Answer> }[] = [
    { way: 'read', ask: (api, { key }) => api.get(key) },
    { way: 'complete', ask: (api, { key, claimToken }) => api.complete(key, { claimToken, outcome: {} }) },
    {
      way: 'complete in a batch',
      ask: (api, { key, claimToken }) =>
        api.send('POST', '/v1/completions/batch', {
          json: { completions: [{ key, claimToken, outcome: {} }] },
        }),
    },
    { way: 'renew', ask: (api, { key, claimToken }) => api.act('renew', key, { claimToken }) },
    {
      way: 'keep a checkpoint of',
      ask: (api, { key, claimToken }) => api.act('checkpoint', key, { claimToken, name: 'n' }),
    },
    {
      way: 'release',
      ask: (api, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'none' }),
    },
    { way: 'resolve', ask: (api, { key }) => api.act('resolve', key, { resolution: 'retry' }) },
    { way: 'delete', ask: (api, { key }) => api.delete(key, '?force=true') },
  ];

  const states: { state: string; arrange: (held: HeldClaim) => Promise<unknown> }[] = [
    { state: 'in progress', arrange: async () => undefined },
    { state: 'unknown', arrange: ({ key }) => endLease(world.database, key) },
    {
      state: 'completed',
      arrange: ({ key, claimToken }) => acme.complete(key, { claimToken, outcome: { body: 'secret' } }),
    },
    {
      state: 'released',
      arrange: ({ key, claimToken }) => acme.act('release', key, { claimToken, effect: 'none' }),
    },
  ];

  it.each(ways.flatMap((way) => states.map((state) => ({ ...way, ...state }))))(
    'cannot $way what is $state of the other, and are answered as for what is absent',
    async ({ ask, arrange }) => {
      const held = await holdClaim(acme);
      await arrange(held);
      const before = await acme.get(held.key);
      const absent = { ...held, key: newKey() };
      const told = essence(await ask(globex, held), held.key);
      expect(told).toEqual(essence(await ask(globex, absent), absent.key));
      expect((await acme.get(held.key)).body).toEqual(before.body);
    },
  );

  it('claim, alone and in a batch, as if the other had never been there', async () => {
    const held = await holdClaim(acme, { request: 'mine' });
    expect((await globex.claim({ key: held.key, request: 'other' })).status).toBe(201);
    const second = await holdClaim(acme, { request: 'mine' });
    const batch = await globex.claimBatch([{ key: second.key, waitMs: 1_000 }]);
    expect(batch.body.results.map(({ status, attempt }) => [status, attempt])).toEqual([[201, 1]]);
    expect((await acme.get(second.key)).body.attempt).toBe(1);
  });

  it('list their own records alone, on every page', async () => {
    const mine = await Promise.all([holdClaim(acme), holdClaim(acme), holdClaim(acme)]);
    const listed: string[] = [];
    let cursor = '';
    do {
      const page = await acme.send<{ records: IdempotencyRecord[]; nextCursor: string | null }>(
        'GET',
        `/v1/records?limit=2${cursor}`,
      );
      const theirs = await globex.send<{ records: IdempotencyRecord[] }>(
        'GET',
        // The other's cursor is a position and nothing more.
        `/v1/records?limit=200${cursor}`,
      );
      const seen = theirs.body.records.map(({ key }) => key);
      listed.push(...page.body.records.map(({ key }) => key));
      expect(mine.filter(({ key }) => seen.includes(key))).toEqual([]);
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    expect(listed).toEqual(expect.arrayContaining(mine.map(({ key }) => key)));
  });

  it('remember the same message ids apart', async () => {
    const sighting = { json: { ids: [newKey()] } };
    for (const api of [acme, globex]) {
      const { body } = await api.send<{ results: { first: boolean }[] }>(
        'POST',
        '/v1/deduplications',
        sighting,
      );
      expect(body.results[0]?.first).toBe(true);
    }
  });

  it('cannot name another tenant than their token does', async () => {
    const { key } = await holdClaim(acme);
    const inBody = await globex.send('POST', '/v1/claims', { json: { key, tenant: 'acme' } });
    const inQuery = await globex.send('GET', `${recordPath(key)}?tenant=acme`);
    const inHeader = await globex.send('GET', recordPath(key), { headers: { 'x-tenant': 'acme' } });
    expect([inBody.status, inQuery.status, inHeader.status]).toEqual([400, 400, 404]);
  });

  it('read their own audit entries alone, whatever key they name and whoever’s cursor they bring', async () => {
    const { key } = await holdClaim(acme);
    await holdClaim(globex, { key });
    await acme.delete(key, '?force=true');
    await acme.delete((await holdClaim(acme)).key, '?force=true');
    const read = (api: ApiClient, query: string) => api.send<AuditPage>('GET', `/v1/audit${query}`);
    const mine = await read(acme, '?limit=1');
    expect(mine.body.entries).toHaveLength(1);
    const ofKey = `?namespace=default&key=${key}`;
    expect((await read(acme, ofKey)).body.entries).toHaveLength(1);
    for (const query of ['', ofKey, `?cursor=${mine.body.nextCursor}`]) {
      expect((await read(globex, query)).body).toEqual({ entries: [], nextCursor: null });
    }
  });

  it('are named in the audit trail by their tokens', async () => {
    const { key } = await holdClaim(acme);
    await acme.delete(key, '?force=true');
    const { rows } = await world.database.pool.query<{ tenant: string; actor: string }>(
      'SELECT tenant, actor FROM audit_entry WHERE key = $1',
      [key],
    );
    expect(rows).toEqual([{ tenant: 'acme', actor: expect.stringMatching(/^token:[0-9a-f]{12}$/) }]);
  });
});
