import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordPath } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import {
  arrangeCall,
  bodyOperations,
  everyRow,
  expectHealthy,
  post,
  type AcceptableCall,
} from '../support/hostile-calls.js';
import { RawSocket, rawRequest } from '../support/raw-socket.js';
import { newKey, useWorld } from '../support/world.js';

const unsupported = [
  '',
  'x',
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'application/jsonx',
  'application/problem+json',
  'application/vnd.api+json',
  'application/json, text/plain',
  'text/plain, application/json',
  'application/json; charset=utf-16',
  'application/json;charset="UTF-16LE"',
  'application/json; charset=iso-8859-1',
  'application/json; charset=utf-8; charset=utf-16',
];

const supported = [
  'application/json',
  'APPLICATION/JSON',
  'application/json;',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json ; charset="utf-8"',
  'application/json; profile=x',
];

describe('header fields that do not fit', () => {
  const world = useWorld();

  describe.each(bodyOperations)('sent to $id', (operation) => {
    let call: AcceptableCall;
    let before: string[];
    beforeAll(async () => {
      call = await arrangeCall(world, operation);
      before = await everyRow(world.database);
    });

    it.each(unsupported)('a body of another type changes nothing: %j', async (type) => {
      const answer = await post(world, call.path, JSON.stringify(call.body), {
        headers: { 'content-type': type },
      });
      expect(answer).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
      expect(await everyRow(world.database)).toEqual(before);
    });

    it('a body without a type changes nothing, nor does one that is compressed', async () => {
      const text = JSON.stringify(call.body);
      const socket = await RawSocket.open(world.api.url);
      await socket.write(
        `POST ${call.path} HTTP/1.1\r\nhost: test\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`,
      );
      expect(await socket.next()).toMatchObject({ status: 415 });
      for (const raw of [text, gzipSync(text)]) {
        const answer = await post(world, call.path, raw, { headers: { 'content-encoding': 'gzip' } });
        expect(answer).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
      }
      expect(await everyRow(world.database)).toEqual(before);
    });

    it('no body at all changes nothing', async () => {
      const bare = await world.api.send('POST', call.path);
      expect(bare.body).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ pointer: '' }] });
      const typed = await post(world, call.path, '');
      expect(typed.body).toMatchObject({ code: 'MALFORMED_JSON' });
      expect(await everyRow(world.database)).toEqual(before);
    });
  });

  it.each(supported)('unlike a type that means JSON: %s', async (type) => {
    const answer = await post(world, '/v1/claims', JSON.stringify({ key: newKey() }), {
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(201);
  });

  it.each<[what: string, raw: string, type: string, status: number]>([
    ['malformed', '{', 'application/json', 400],
    ['of another type', 'force=true', 'application/x-www-form-urlencoded', 415],
  ])('a deletion with a body that is %s deletes nothing', async (_what, raw, type, status) => {
    const { key } = await holdClaim(world.api);
    const path = `${recordPath(key)}?force=true`;
    const answer = await world.api.send('DELETE', path, { raw, headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    expect((await world.api.get(key)).status).toBe(200);
  });

  it.each(['a b', 'ключ', 'a\tb', 'a,b', '"a"', '${jndi:ldap://x}', '<script>', '', 'a'.repeat(129)])(
    'a request id that could forge a line or a field is replaced: %j',
    async (id) => {
      const socket = await RawSocket.open(world.api.url);
      const bytes = Buffer.from(
        rawRequest('GET', '/v1/nowhere', '', { 'x-request-id': id, connection: 'close' }),
        'utf8',
      );
      await socket.write(bytes);
      const answer = await socket.next();
      expect(answer?.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
      expect(JSON.parse(answer?.text ?? '')).toMatchObject({ requestId: answer?.headers['x-request-id'] });
    },
  );

  it('two request ids are none', async () => {
    const socket = await RawSocket.open(world.api.url);
    await socket.write(
      'GET /health/live HTTP/1.1\r\nhost: test\r\nx-request-id: a\r\nx-request-id: b\r\n\r\n',
    );
    expect((await socket.next())?.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    await socket.drop();
  });

  it.each(['A-b_c.9', 'a'.repeat(128)])('a request id that is one is kept: %s', async (id) => {
    const answer = await world.api.claim({ key: newKey() }, { headers: { 'x-request-id': id } });
    expect(answer.headers['x-request-id']).toBe(id);
  });

  it('an expectation that nobody knows is ignored', async () => {
    const answer = await world.api.claim({ key: newKey() }, { headers: { expect: '200-maybe' } });
    expect(answer.status).toBe(201);
  });

  it('leaves the service healthy', async () => {
    await expectHealthy(world);
  });
});
