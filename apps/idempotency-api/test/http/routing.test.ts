import { describe, expect, it } from 'vitest';
import { operations, type Operation } from '@infra-services/idempotency-contract';
import { recordPath } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';

/** Reads the router's own drawing of its tree: `├── /v1/claims (POST)`, four columns a level. */
function routesIn(drawing: string): string[] {
  const above: string[] = [];
  return drawing.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (\S+)(?: \((.+)\))?$/.exec(line) ?? [];
    if (part === '') return [];
    above.splice(indent.length / 4, Infinity, part);
    return methods.split(', ').map((method) => `${method} ${above.join('')}`);
  });
}

describe('routing', () => {
  const world = useWorld();

  it('mounts exactly the operations of the contract, and the readable document', () => {
    const mounted = routesIn(
      world.apps[0]!.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }),
    );
    const own = mounted.filter((route) => !route.startsWith('HEAD ') && !/^\w+ \/docs(\/|$)/.test(route));
    const contract = Object.values<Operation>(operations).map(
      ({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    expect(own.sort()).toEqual(contract.sort());
    expect(mounted).toContain('GET /docs');
  });

  it.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['POST', '/v2/claims'],
    ['POST', '/V1/claims'],
    ['POST', '/v1/claims/'],
    ['POST', '//v1/claims'],
    ['GET', '/v1/records/'],
    ['GET', '/v1/records/only-a-namespace'],
    ['GET', '/v1/records/a/b/c'],
    ['POST', '/v1/records/a/order/17/complete'],
    ['POST', '/v1/records/a/b/steal'],
    ['GET', '/favicon.ico'],
  ])('knows nothing at %s %s', async (method, path) => {
    const answer = await world.api.send(method, path);
    expect(answer).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND', instance: path } });
    expect(answer.headers).not.toHaveProperty('allow');
  });

  it('does not repeat a query in `instance`: it may hold what a log must not', async () => {
    expect((await world.api.send('GET', '/nowhere?secret=1')).body.instance).toBe('/nowhere');
  });

  it.each([
    ['GET', '/v1/claims', 'POST'],
    ['PUT', '/v1/claims', 'POST'],
    ['PATCH', '/v1/claims', 'POST'],
    ['DELETE', '/v1/claims/batch', 'POST'],
    ['OPTIONS', '/v1/claims', 'POST'],
    ['GET', '/v1/completions/batch', 'POST'],
    ['GET', '/v1/deduplications', 'POST'],
    ['POST', '/v1/records', 'GET, HEAD'],
    ['PUT', '/v1/records/a/b', 'GET, HEAD, DELETE'],
    ['POST', '/v1/records/a/b%2Fcomplete', 'GET, HEAD, DELETE'],
    ['GET', '/v1/records/a/b/complete', 'POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['POST', '/metrics', 'GET, HEAD'],
    ['DELETE', '/problems/CLAIM_LOST', 'GET, HEAD'],
  ])('answers %s %s with the methods that the path takes', async (method, path, allow) => {
    const answer = await world.api.send(method, path);
    expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers.allow).toBe(allow);
  });

  it('does not read the body of a call that it does not route', async () => {
    const answer = await world.api.send('POST', '/v2/claims', {
      raw: '{broken',
      headers: { 'content-type': 'text/x' },
    });
    expect(answer.body.code).toBe('ROUTE_NOT_FOUND');
  });

  it('answers HEAD as GET, without the body', async () => {
    const { key } = await holdClaim(world.api);
    const path = recordPath(key);
    const get = await fetch(world.api.url + path);
    const head = await fetch(world.api.url + path, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const name of ['content-type', 'content-length'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(await get.text())));
  });

  it('answers HEAD for what is not there as GET, without the body', async () => {
    const head = await fetch(`${world.api.url}${recordPath('absent')}`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([404, '']);
    expect(head.headers.get('content-type')).toContain('application/problem+json');
  });
});
