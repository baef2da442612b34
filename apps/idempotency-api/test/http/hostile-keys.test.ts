import { randomUUID } from 'node:crypto';
import { operations, type Operation } from '@infra-services/idempotency-contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { everyRow, expectHealthy } from '../support/hostile-calls.js';
import { newKey, useWorld } from '../support/world.js';

const claimToken = randomUUID();
const outcome = { status: 200 };

const unusable: [what: string, key: string][] = [
  ['NUL', 'a\0b'],
  ['a line feed at the end', 'a\n'],
  ['a carriage return and a line feed', 'a\r\nset-cookie: b'],
  ['a tab', '\t'],
  ['an escape', '\u001b[2J'],
  ['DEL', '\u007f'],
  ['a C1 control', '\u0085'],
  ['a letter beyond ASCII', 'é'],
  ['a space beyond ASCII', '\u00a0'],
  ['a line separator', '\u2028'],
  ['an emoji', '😀'],
  ['256 characters', 'k'.repeat(256)],
  ['256 characters that need escapes', '%'.repeat(256)],
];

/** Every place in a body where a key stands. */
const places: [where: string, path: string, pointer: string, body: (key: string) => object][] = [
  ['a claim', '/v1/claims', '/key', (key) => ({ key })],
  [
    'a batch of claims',
    '/v1/claims/batch',
    '/claims/1/key',
    (key) => ({ claims: [{ key: newKey() }, { key }] }),
  ],
  [
    'a batch of completions',
    '/v1/completions/batch',
    '/completions/0/key',
    (key) => ({ completions: [{ key, claimToken, outcome }] }),
  ],
  ['a deduplication', '/v1/deduplications', '/ids/1', (key) => ({ ids: [newKey(), key] })],
];

const bodies: Readonly<Record<string, object>> = {
  complete: { claimToken, outcome },
  renew: { claimToken },
  checkpoint: { claimToken, name: 'a' },
  release: { claimToken, effect: 'none' },
  resolve: { resolution: 'retry' },
};
const recordOperations = Object.values<Operation>(operations).filter(
  (operation) => operation.params === 'RecordPath',
);

describe('a key that is none', () => {
  const world = useWorld();
  let before: string[];
  beforeAll(async () => {
    before = await everyRow(world.database);
  });

  /** Sends an operation with its key and namespace as they stand on the wire. */
  const call = (operation: Operation, key: string, namespace = 'default') =>
    world.api.send(
      operation.method,
      operation.path.replace('{namespace}', () => namespace).replace('{key}', () => key),
      {
        ...(bodies[operation.id] ? { json: bodies[operation.id] } : {}),
      },
    );

  describe.each(places)('in %s', (_where, path, pointer, body) => {
    it.each([['nothing', ''], ['100,000 characters', 'k'.repeat(100_000)], ...unusable])(
      'is refused by name: %s',
      async (_what, key) => {
        const answer = await world.api.send('POST', path, { json: body(key) });
        expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
        expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
        expect(await everyRow(world.database)).toEqual(before);
      },
    );
  });

  describe.each(recordOperations)('in the path of $id', (operation) => {
    it.each([...unusable, ['5,000 characters', 'k'.repeat(5_000)]])(
      'is refused by name: %s',
      async (_what, key) => {
        const answer = await call(operation, encodeURIComponent(key));
        expect(answer).toMatchObject({
          status: 400,
          body: { code: 'INVALID_REQUEST', errors: [{ pointer: '/key' }] },
        });
      },
    );

    it.each(['%zz', '%', 'a%2', '%ff', '%e2%82', '%c0%80', '%ed%a0%80'])(
      'is refused where the path cannot be decoded: %s',
      async (key) => {
        const answer = await call(operation, key);
        expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
        expect(answer.body.errors?.[0]?.detail).toContain('percent-encoded');
      },
    );

    it.each(['%00', '%2F', 'a%0d%0ab', 'a%20b', '%C3%A9', "a'b", '*', 'a%3Fb', 'n'.repeat(129)])(
      'is refused beside a namespace that is none: %s',
      async (namespace) => {
        const answer = await call(operation, 'key', namespace);
        expect(answer.body).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ pointer: '/namespace' }] });
      },
    );

    it('is no path where it is absent, or holds a slash as it stands', async () => {
      for (const key of ['', 'a/b/c']) {
        const body = (await call(operation, key)).body;
        expect(body.code).toBe('ROUTE_NOT_FOUND');
      }
    });
  });

  it.each([
    '',
    ' ',
    'a/b',
    '../b',
    'a\0',
    'a\n',
    'é',
    "a'b",
    'a"b',
    'a;b',
    '*',
    '%2F',
    '{x}',
    '$1',
    'n'.repeat(129),
  ])('is not reached through a namespace that is none: %j', async (namespace) => {
    for (const [path, body] of [
      ['/v1/claims', { namespace, key: 'key' }],
      ['/v1/deduplications', { namespace, ids: ['id'] }],
    ] as const) {
      const answer = await world.api.send('POST', path, { json: body });
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
      expect(new Set(answer.body.errors?.map((error) => error.pointer))).toEqual(new Set(['/namespace']));
    }
  });

  it('has left no row, and the service healthy', async () => {
    expect(await everyRow(world.database)).toEqual(before);
    await expectHealthy(world);
  });
});
