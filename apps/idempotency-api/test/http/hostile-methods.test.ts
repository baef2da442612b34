import { describe, expect, it } from 'vitest';
import { expectHealthy } from '../support/hostile-calls.js';
import { problemOf, RawSocket, rawRequest } from '../support/raw-socket.js';
import { newKey, useWorld } from '../support/world.js';

const methods = [
  'PUT',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'QUERY',
  'PURGE',
  'LINK',
  'M-SEARCH',
  'LOCK',
];

const bodies: [what: string, body: string, fields: Record<string, string>][] = [
  ['no body', '', {}],
  ['a body', '{}', {}],
  ['a malformed body', '{', {}],
  ['a body of another type', '<a/>', { 'content-type': 'text/xml' }],
];

describe('a request in an unusual form', () => {
  const world = useWorld();

  const ask = async (bytes: string) => {
    const socket = await RawSocket.open(world.api.url);
    await socket.write(bytes);
    const answer = await socket.next();
    await socket.drop();
    return answer;
  };

  describe.each(bodies)('with %s', (_what, body, fields) => {
    it.each(methods)('is told which methods there are: %s', async (method) => {
      for (const [path, allowed] of [
        ['/v1/claims', 'POST'],
        ['/v1/records', 'GET, HEAD'],
        ['/v1/records/default/k', 'GET, HEAD, DELETE'],
        ['/v1/records/default/k/complete', 'POST'],
        ['/health/live', 'GET, HEAD'],
      ] as const) {
        const answer = await ask(rawRequest(method, path, body, fields));
        expect(problemOf(answer)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED', instance: path });
        expect(answer?.headers.allow).toBe(allowed);
      }
    });

    it('is told that there is no such path', async () => {
      for (const method of ['POST', 'DELETE', 'PUT', 'QUERY']) {
        const answer = await ask(rawRequest(method, '/v1/nowhere', body, fields));
        expect(problemOf(answer)).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
      }
    });
  });

  it.each([
    '/v1/Claims',
    '/V1/claims',
    '/v1/claims/',
    '//v1/claims',
    '/v1//claims',
    '/v1/claims/../claims',
    '/v1/claims;x',
    '/',
    '/.env',
    '/health',
  ])('finds nothing at a path that only resembles one: %s', async (path) => {
    const answer = await ask(rawRequest('POST', path, JSON.stringify({ key: newKey() })));
    expect(problemOf(answer)).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  });

  it('asks for no path at all, and is told so', async () => {
    expect(problemOf(await ask(rawRequest('OPTIONS', '*')))).toMatchObject({ status: 404, instance: '*' });
  });

  it('names scheme and host in its target, and is understood', async () => {
    const key = newKey();
    const claim = (body: string) => rawRequest('POST', 'http://elsewhere.test:81/v1/claims', body);
    expect((await ask(claim(JSON.stringify({ key }))))?.status).toBe(201);
    expect(problemOf(await ask(claim(JSON.stringify({ key }))))).toMatchObject({
      code: 'CLAIM_IN_PROGRESS',
      instance: '/v1/claims',
    });
    const answer = await ask(rawRequest('GET', 'http://elsewhere.test/v1/claims?x=1'));
    expect(problemOf(answer)).toMatchObject({ code: 'METHOD_NOT_ALLOWED', instance: '/v1/claims' });
  });

  it('is HTTP/1.0, with or without a host, and is answered and closed', async () => {
    for (const host of ['', 'host: test\r\n']) {
      const body = JSON.stringify({ key: newKey() });
      const socket = await RawSocket.open(world.api.url);
      const head = `POST /v1/claims HTTP/1.0\r\n${host}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
      await socket.write(head, body);
      expect((await socket.rest()).map((answer) => answer.status)).toEqual([201]);
    }
  });

  it('asks for another protocol, and is answered in this one', async () => {
    for (const [upgrade, connection] of [
      ['websocket', 'Upgrade'],
      ['h2c', 'Upgrade, HTTP2-Settings'],
    ] as const) {
      const body = JSON.stringify({ key: newKey() });
      const answer = await ask(rawRequest('POST', '/v1/claims', body, { upgrade, connection }));
      expect(answer?.status).toBe(201);
    }
  });

  it('waits for leave to send its body, gets it, and is answered', async () => {
    const socket = await RawSocket.open(world.api.url);
    const body = JSON.stringify({ key: newKey() });
    const fields = {
      'content-type': 'application/json',
      'content-length': String(body.length),
      expect: '100-continue',
    };
    await socket.write(rawRequest('POST', '/v1/claims', '', fields));
    expect((await socket.next())?.status).toBe(100);
    await socket.write(body);
    expect((await socket.next())?.status).toBe(201);
    await socket.drop();
  });

  it('leaves the service healthy', async () => {
    await expectHealthy(world);
  });
});
