import { describe, expect, it } from 'vitest';
import { recordPath } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { expectHealthy } from '../support/hostile-calls.js';
import { problemOf, RawSocket, rawRequest } from '../support/raw-socket.js';
import { useWorld } from '../support/world.js';

const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index));

describe('a key that only looks dangerous is a key like any other', () => {
  const world = useWorld();

  it.each([
    ["'; DROP TABLE idempotency_record; --"],
    ["' OR '1'='1"],
    ['$1'],
    ['\\'],
    ['"'],
    ["E'\\x00'"],
    ['%'],
    ['%2F'],
    ['%00'],
    ['/'],
    ['a/b'],
    ['//'],
    ['../../etc/passwd'],
    ['?waitMs=1'],
    ['#'],
    ['a;b'],
    [' '],
    [' a '],
    ['__proto__'],
    ['constructor'],
    ['null'],
    ['{key}'],
    [':key'],
    ['*'],
    ['complete'],
    ['<script>alert(1)</script>'],
    [printable],
    ['~'.repeat(255)],
    ['%'.repeat(255)],
    ['/'.repeat(255)],
  ])('%s', async (key) => {
    const { claimToken } = await holdClaim(world.api, { key });
    expect((await world.api.get(key)).body).toMatchObject({ key, state: 'in_progress' });
    expect((await world.api.act('renew', key, { claimToken })).status).toBe(200);
    expect((await world.api.complete(key, { claimToken, outcome: { body: key } })).status).toBe(200);
    expect((await world.api.claim({ key })).body).toMatchObject({
      decision: 'replay',
      key,
      outcome: { body: key },
    });
    expect((await world.api.delete(key)).status).toBe(204);
    expect((await world.api.get(key)).status).toBe(404);
  });

  it('also with every character percent-encoded, at its longest', async () => {
    const key = printable.repeat(3).slice(0, 255);
    await holdClaim(world.api, { key });
    const encoded = Array.from(key, (character) => `%${character.charCodeAt(0).toString(16)}`).join('');
    const socket = await RawSocket.open(world.api.url);
    await socket.write(rawRequest('GET', `/v1/records/default/${encoded}`, '', { connection: 'close' }));
    const answer = await socket.next();
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({ key });
  });

  it('and is not confused with another that differs by case, a space, or how it is encoded', async () => {
    const keys = ['Order', 'order', 'ORDER', 'order ', ' order', 'o%72der', 'order%20', 'order+'];
    for (const key of keys) await holdClaim(world.api, { key, owner: `owner of ${key}` });
    for (const key of keys)
      expect((await world.api.get(key)).body).toMatchObject({ key, owner: `owner of ${key}` });
    expect((await world.api.send('GET', '/v1/records/default/o%72der')).body).toMatchObject({ key: 'order' });
    const seen = await world.api.send('POST', '/v1/deduplications', { json: { ids: keys } });
    expect(seen.body).toEqual({ results: keys.map((id) => ({ id, first: true })) });
  });

  it('and a namespace and a key do not run into each other', async () => {
    for (const [namespace, key] of [
      ['a', 'b:c'],
      ['a:b', 'c'],
      ['a:', 'b:c'],
      ['A', 'b:c'],
    ] as const) {
      await holdClaim(world.api, { namespace, key });
      expect((await world.api.get(key, '', namespace)).body).toMatchObject({ namespace, key });
    }
  });

  it('but the longest path that there is room for names a key too long, and a longer one is refused as it is', async () => {
    const socket = await RawSocket.open(world.api.url);
    await socket.write(rawRequest('GET', recordPath('k'.repeat(15_000))));
    expect(problemOf(await socket.next())).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ pointer: '/key' }],
    });
    await socket.write(rawRequest('GET', recordPath('k'.repeat(17_000))));
    expect(problemOf(await socket.next())).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
    expect(await socket.next()).toBeNull();
  });

  it('and the table is still there', async () => {
    await expectHealthy(world);
  });
});
