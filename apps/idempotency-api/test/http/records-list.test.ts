import { beforeAll, describe, expect, it } from 'vitest';
import type { IdempotencyRecord, ProblemDetails, RecordPage } from '@infra-services/idempotency-contract';
import type { ApiClient, Answer } from '../support/api-client.js';
import { endLease, endRetention, holdClaim } from '../support/arrange.js';
import { newKey, useWorld } from '../support/world.js';

type PageAnswer = Answer<RecordPage & ProblemDetails>;

function list(api: ApiClient, query: Record<string, string | number>): Promise<PageAnswer> {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return api.send('GET', `/v1/records?${text.toString()}`);
}

/** Every page, from the first to the one without a cursor. */
async function pages(api: ApiClient, query: Record<string, string | number>): Promise<string[][]> {
  const all: string[][] = [];
  let cursor: string | null = null;
  do {
    const page: PageAnswer = await list(api, { ...query, ...(cursor === null ? {} : { cursor }) });
    all.push(page.body.records.map((record) => record.key));
    cursor = page.body.nextCursor;
  } while (cursor !== null);
  return all;
}

/** A namespace that no other test uses. */
const newNamespace = (): string => newKey().replace('key-', 'ns.');

describe('the list of records', () => {
  const world = useWorld();

  const hold = async (namespace: string, ...keys: string[]): Promise<void> => {
    for (const key of keys) await holdClaim(world.api, { namespace, key });
  };

  it('is empty where nothing was claimed', async () => {
    const page = await list(world.api, { namespace: newNamespace() });
    expect(page).toMatchObject({ status: 200, body: { records: [], nextCursor: null } });
  });

  it('goes by namespace and key, in the order of their bytes', async () => {
    const namespace = newNamespace();
    const keys = ['~', 'b', 'a', 'B', 'a1', '10', '9', 'a-1', ' x', 'a/1'];
    await hold(namespace, ...keys);
    const [page] = await pages(world.api, { namespace });
    expect(page).toEqual([...keys].sort((one, other) => (one < other ? -1 : 1)));
  });

  it.each([1, 2, 3, 6, 7, 8])('shows every record once, in pages of %i', async (limit) => {
    const namespace = newNamespace();
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await hold(namespace, ...keys);
    const all = await pages(world.api, { namespace, limit });
    expect(all.flat()).toEqual(keys);
    expect(all.every((page) => page.length <= limit)).toBe(true);
  });

  it('keeps its place while records before and after it come and go', async () => {
    const namespace = newNamespace();
    await hold(namespace, 'b', 'd', 'f', 'h');
    const first = await list(world.api, { namespace, limit: 2 });
    await world.api.delete('d', '?force=true', namespace);
    await world.api.delete('f', '?force=true', namespace);
    await hold(namespace, 'a', 'e', 'z');
    const rest = await list(world.api, { namespace, cursor: first.body.nextCursor! });
    expect(first.body.records.map((record) => record.key)).toEqual(['b', 'd']);
    expect(rest.body.records.map((record) => record.key)).toEqual(['e', 'h', 'z']);
  });

  it('shows one namespace alone, not those that begin or end like it', async () => {
    const namespace = newNamespace();
    await hold(namespace, 'mine');
    await hold(`${namespace}0`, 'longer');
    await hold(namespace.slice(0, -1), 'shorter');
    expect(await pages(world.api, { namespace, limit: 1 })).toEqual([['mine'], []]);
  });

  it('goes through all namespaces if none is named', async () => {
    const [one, other] = [newNamespace(), newNamespace()];
    await hold(one, 'x');
    await hold(other, 'y');
    const found = (await pages(world.api, { limit: 5 })).flat();
    expect(found).toEqual(expect.arrayContaining(['x', 'y']));
  });

  describe('by state, as a reader sees it', () => {
    const namespace = newNamespace();

    beforeAll(async () => {
      for (const onLeaseExpiry of ['block', 'takeover'] as const) {
        await holdClaim(world.api, { namespace, key: `live-${onLeaseExpiry}`, onLeaseExpiry });
        await holdClaim(world.api, { namespace, key: `over-${onLeaseExpiry}`, onLeaseExpiry });
        await endLease(world.database, `over-${onLeaseExpiry}`);
      }
      const done = await holdClaim(world.api, { namespace, key: 'done' });
      await world.api.complete('done', { claimToken: done.claimToken, outcome: {} }, namespace);
      const letGo = await holdClaim(world.api, { namespace, key: 'let-go' });
      await world.api.act('release', 'let-go', { claimToken: letGo.claimToken, effect: 'none' }, namespace);
    });

    it.each([
      ['in_progress', ['live-block', 'live-takeover', 'over-takeover']],
      ['outcome_unknown', ['over-block']],
      ['completed', ['done']],
      ['released', ['let-go']],
    ])('%s', async (state, keys) => {
      const page = await list(world.api, { namespace, state });
      expect(page.body.records.map((record) => [record.key, record.state])).toEqual(
        keys.map((key) => [key, state]),
      );
    });
  });

  it('shows records created before a time, exclusively', async () => {
    const namespace = newNamespace();
    await hold(namespace, 'old', 'edge', 'new');
    for (const [key, at] of [
      ['old', '2026-01-01T11:59:59.999Z'],
      ['edge', '2026-01-01T12:00:00Z'],
      ['new', '2026-01-01T12:00:00.001Z'],
    ]) {
      await world.database.pool.query(
        'UPDATE record_by_parts SET created_at = $3 WHERE namespace = $1 AND key = $2',
        [namespace, key, at],
      );
    }
    for (const createdBefore of ['2026-01-01T12:00:00Z', '2026-01-01T13:00:00+01:00']) {
      expect((await pages(world.api, { namespace, createdBefore })).flat()).toEqual(['old']);
    }
  });

  it('leaves out what ran out of retention', async () => {
    const namespace = newNamespace();
    const { key, claimToken } = await holdClaim(world.api, { namespace });
    await world.api.complete(key, { claimToken, outcome: {} }, namespace);
    await endRetention(world.database, key);
    expect((await pages(world.api, { namespace })).flat()).toEqual([]);
  });

  it('shows a record without the outcome’s headers and body and without the checkpoint’s data', async () => {
    const namespace = newNamespace();
    const { key, claimToken } = await holdClaim(world.api, { namespace, owner: 'checkout-1', request: 1 });
    await world.api.act('checkpoint', key, { claimToken, name: 'half', data: { secret: 1 } }, namespace);
    const outcome = { status: 201, headers: { a: 'b' }, body: { secret: 2 } };
    await world.api.complete(key, { claimToken, outcome }, namespace);
    const whole = await world.api.get(key, '', namespace);
    const page = await list(world.api, { namespace });
    const record: IdempotencyRecord = whole.body;
    expect(page.body.records).toEqual([
      { ...record, outcome: { status: 201 }, checkpoint: { name: 'half' } },
    ]);
  });

  it('tells a completed record without a status from one without an outcome', async () => {
    const namespace = newNamespace();
    const { claimToken } = await holdClaim(world.api, { namespace, key: 'a' });
    await world.api.complete('a', { claimToken, outcome: { body: 1 } }, namespace);
    await hold(namespace, 'b');
    const page = await list(world.api, { namespace });
    expect(page.body.records.map((record) => record.outcome)).toEqual([{}, null]);
  });

  it.each([
    { named: 'no cursor of ours', cursor: 'abc' },
    { named: 'an object', cursor: cursorOf({ namespace: 'a', key: 'b' }) },
    { named: 'too few parts', cursor: cursorOf(['a']) },
    { named: 'too many parts', cursor: cursorOf(['a', 'b', 'c']) },
    { named: 'a part that is no text', cursor: cursorOf(['a', 1]) },
    { named: 'an empty part', cursor: cursorOf(['', 'b']) },
    { named: 'a NUL', cursor: cursorOf(['a', '\u0000']) },
    { named: 'characters of no cursor', cursor: 'a b' },
  ])('refuses a cursor of another shape: $named', async ({ cursor }) => {
    const answer = await list(world.api, { cursor });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.errors?.map((error) => error.pointer)).toEqual(['/cursor']);
  });

  it('refuses a cursor of another namespace’s list, rather than showing what lies between', async () => {
    const namespace = newNamespace();
    await hold(`a.${namespace}`, 'a', 'b');
    await hold(`b.${namespace}`, 'between');
    const first = await list(world.api, { namespace: `a.${namespace}`, limit: 1 });
    const answer = await list(world.api, { namespace: `c.${namespace}`, cursor: first.body.nextCursor! });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/cursor' }] } });
  });
});

function cursorOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
