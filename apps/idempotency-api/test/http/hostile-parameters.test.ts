import { beforeAll, describe, expect, it } from 'vitest';
import { recordPath } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { everyRow, expectHealthy } from '../support/hostile-calls.js';
import { newKey, useWorld } from '../support/world.js';

type Table = [query: string, pointer: string][];

const unknownNames: Table = [
  ['x=1', '/x'],
  ['x', '/x'],
  ['=1', '/'],
  ['__proto__=1', '/__proto__'],
  ['__proto__[admin]=1', '/__proto__[admin]'],
  ['constructor=1', '/constructor'],
  ['hasOwnProperty=1', '/hasOwnProperty'],
  ['a%2Fb~c=1', '/a~1b~0c'],
  ['%00=1', '/\0'],
  ['%zz=1', '/%zz'],
];

const forOneRecord: Table = [
  ...unknownNames,
  ['waitMs=', '/waitMs'],
  ['waitMs', '/waitMs'],
  ['waitMs=-1', '/waitMs'],
  ['waitMs=30001', '/waitMs'],
  ['waitMs=0.5', '/waitMs'],
  ['waitMs=1e400', '/waitMs'],
  ['waitMs=1e2', '/waitMs'],
  ['waitMs=0x10', '/waitMs'],
  ['waitMs=%205', '/waitMs'],
  ['waitMs=NaN', '/waitMs'],
  ['waitMs=Infinity', '/waitMs'],
  ['waitMs=null', '/waitMs'],
  ['waitMs=true', '/waitMs'],
  ['waitMs=%00', '/waitMs'],
  ['waitMs=%zz', '/waitMs'],
  ['waitMs=0&waitMs=0', '/waitMs'],
  ['waitMs[]=0', '/waitMs[]'],
  ['WaitMs=0', '/WaitMs'],
  ['force=true', '/force'],
];

const forAPage: Table = [
  ...unknownNames,
  ['namespace=', '/namespace'],
  ['namespace=a%00', '/namespace'],
  ['namespace=a&namespace=b', '/namespace'],
  [`namespace=${'n'.repeat(129)}`, '/namespace'],
  ['state=unknown', '/state'],
  ['state=completed&state=released', '/state'],
  ['limit=0', '/limit'],
  ['limit=201', '/limit'],
  ['limit=9007199254740993', '/limit'],
  ['limit=1e400', '/limit'],
  ['limit=-0x1', '/limit'],
  ['limit=ten', '/limit'],
  ['createdBefore=yesterday', '/createdBefore'],
  ['createdBefore=2026-01-01', '/createdBefore'],
  ['createdBefore=2026-01-01T00:00:00', '/createdBefore'],
  ['createdBefore=2026-13-01T00:00:00Z', '/createdBefore'],
  ['createdBefore=2026-02-30T00:00:00Z', '/createdBefore'],
  ['createdBefore=2025-02-29T00:00:00Z', '/createdBefore'],
  ['createdBefore=2026-01-01T24:00:00Z', '/createdBefore'],
  ['createdBefore=2026-01-01T00:00:00-99:99', '/createdBefore'],
  // PostgreSQL knows neither of the two.
  ['createdBefore=0000-01-01T00:00:00Z', '/createdBefore'],
  ['createdBefore=0001-01-01T00:00:00%2B23:59', '/createdBefore'],
  ['createdBefore=%2B275760-09-13T00:00:00Z', '/createdBefore'],
  ['cursor=', '/cursor'],
  ['cursor=!', '/cursor'],
  [`cursor=${'a'.repeat(1_025)}`, '/cursor'],
  [`cursor=${cursorOf('{')}`, '/cursor'],
  [`cursor=${cursorOf('{}')}`, '/cursor'],
  [`cursor=${cursorOf('["a"]')}`, '/cursor'],
  [`cursor=${cursorOf('["a","b","c"]')}`, '/cursor'],
  [`cursor=${cursorOf('["a",["b"]]')}`, '/cursor'],
  [`cursor=${cursorOf('["a","\\u0000"]')}`, '/cursor'],
  [`cursor=${cursorOf('["a","\\ud800"]')}`, '/cursor'],
  [`cursor=${cursorOf('['.repeat(500))}`, '/cursor'],
];

const forDeletion: Table = [
  ...unknownNames,
  ['force=', '/force'],
  ['force=1', '/force'],
  ['force=yes', '/force'],
  ['force=TRUE', '/force'],
  ['force=%20true', '/force'],
  ['force=true&force=true', '/force'],
  ['force=false&force=true', '/force'],
  ['Force=true', '/Force'],
];

describe('a query parameter that the contract does not know', () => {
  const world = useWorld();
  const key = newKey();
  let before: string[];
  beforeAll(async () => {
    await holdClaim(world.api, { key });
    before = await everyRow(world.database);
  });

  it.each<[method: string, path: string, table: Table]>([
    ['GET', recordPath(key), forOneRecord],
    ['GET', '/v1/records', forAPage],
    ['DELETE', recordPath(key), forDeletion],
  ])('is refused by name on %s %s', async (method, path, table) => {
    for (const [query, pointer] of table) {
      const answer = await world.api.send(method, `${path}?${query}`);
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, 'INVALID_REQUEST']);
      expect([query, ...new Set(answer.body.errors?.map((error) => error.pointer))]).toEqual([
        query,
        pointer,
      ]);
    }
    expect(await everyRow(world.database)).toEqual(before);
  });

  it('is refused although a thousand others come with it, in an answer of bounded size', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `x${index}=1`).join('&');
    const answer = await world.api.get(key, `?${many}`);
    expect(answer.body.errors?.length).toBeLessThanOrEqual(16);
    expect(JSON.stringify(answer.body).length).toBeLessThan(32_768);
  });

  it.each(['?', '?&&', '?waitMs=0'])('is not %s', async (query) => {
    expect((await world.api.get(key, query)).status).toBe(200);
  });

  it.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '2024-02-29t23:59:59-23:59'])(
    'is not a time at the edge: %s',
    async (time) => {
      const answer = await world.api.send('GET', `/v1/records?createdBefore=${time}`);
      expect(answer.status).toBe(200);
    },
  );

  it('leaves the service healthy', async () => {
    await expectHealthy(world);
  });
});

function cursorOf(text: string): string {
  return Buffer.from(text).toString('base64url');
}
