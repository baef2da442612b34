import { readFile } from 'node:fs/promises';
import { IdempotencyClient } from '@infra-services/idempotency-client';
import { describe, expect, test } from 'vitest';
import { IdempotencyMiddleware, middlewareProblems, problemResponse } from '../src/index.js';
import { fingerprintOf } from '../src/fingerprint.js';
import { readKey } from '../src/key-header.js';
import { routeNamespace, shadowNamespace } from '../src/namespace.js';
import { fromOutcome, toOutcome } from '../src/outcome.js';
import type { MiddlewareOptions } from '../src/options.js';
import type { NeutralRequest } from '../src/exchange.js';

const client = new IdempotencyClient({ baseUrl: 'http://127.0.0.1:1' });
const replayHeaders = new Set(['content-type', 'link']);

test.each([
  ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['"a \\"quoted\\" \\\\ key"', 'a "quoted" \\ key'],
  ['"abc";v=1', 'abc'],
  ['c2VjcmV0+/=', 'c2VjcmV0+/='],
])('the header %s names the key %s', (line, key) => {
  expect(readKey([line])).toEqual({ kind: 'key', key });
});

test.each(['a b', 'a,b', 'abc;v=1', '"abc" x', 'a"b', "'\u00e4'", '"' + 'k'.repeat(256) + '"'])(
  'the header %s is invalid',
  (line) => {
    expect(readKey([line])).toEqual({ kind: 'invalid' });
  },
);

test('different routes have different namespaces, whatever characters they are of', () => {
  const routes = [
    '/a/b',
    '/a.b',
    '/a_b',
    '/a:b',
    '/a/:b',
    '/a/b/',
    '/',
    '/\u00e4',
    `/${'x'.repeat(300)}`,
    `/${'x'.repeat(301)}`,
  ];
  const namespaces = routes.map((route) => routeNamespace('shop', 'POST', route));
  expect(new Set(namespaces).size).toBe(routes.length);
  for (const namespace of [...namespaces, ...namespaces.map(shadowNamespace)]) {
    expect(namespace).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
  }
  expect(routeNamespace(undefined, 'POST', '/orders/:id/pay')).toBe('POST.orders.:id.pay');
});

describe('the fingerprint', () => {
  const request: NeutralRequest = {
    method: 'POST',
    route: '/orders',
    url: '/orders?a=1&b=2',
    keyLines: [],
    contentType: 'application/json; charset=utf-8',
    body: { kind: 'parsed', value: { a: 1, b: [1, 2] } },
  };
  const same = (change: Partial<NeutralRequest>) =>
    fingerprintOf({ ...request, ...change }) === fingerprintOf(request);

  test.each<[string, Partial<NeutralRequest>]>([
    ['the order of members', { body: { kind: 'parsed', value: { b: [1, 2], a: 1.0 } } }],
    ['the order of parameters', { url: '/orders?b=2&a=1' }],
    ['the charset', { contentType: 'Application/JSON' }],
  ])('does not depend on %s', (_what, change) => {
    expect(same(change)).toBe(true);
  });

  test.each<[string, Partial<NeutralRequest>]>([
    ['the method', { method: 'PATCH' }],
    ['the route', { route: '/:what' }],
    ['the order of a repeated parameter', { url: '/orders?a=2&a=1' }],
    ['the order of a list', { body: { kind: 'parsed', value: { a: 1, b: [2, 1] } } }],
    ['the media type', { contentType: 'application/merge-patch+json' }],
    ['there being a body', { body: { kind: 'none' } }],
    ['bytes', { body: { kind: 'bytes', bytes: Buffer.from('{"a":1,"b":[1,2]}') } }],
  ])('depends on %s', (_what, change) => {
    const repeated = { ...request, url: '/orders?a=1&a=2' };
    expect(fingerprintOf({ ...repeated, ...change })).not.toBe(fingerprintOf(repeated));
  });
});

test.each([
  ['text', 'gr\u00fc\u00dfe\n'],
  ['a byte order mark', '\ufeffx'],
  ['U+0000', 'a\u0000b'],
  ['nothing', ''],
])('a body with %s is stored byte for byte', (_what, text) => {
  const body = Buffer.from(text);
  const outcome = toOutcome({ status: 200, headers: new Map(), body }, replayHeaders);
  expect(Buffer.from(fromOutcome(outcome, replayHeaders)?.body ?? [1])).toEqual(body);
});

test('a field that is too long to store makes the response not replayable rather than incomplete', () => {
  const headers = new Map([['link', ['x'.repeat(9_000)]]]);
  expect(
    fromOutcome(toOutcome({ status: 200, headers, body: Buffer.from('x') }, replayHeaders), replayHeaders),
  ).toBeNull();
});

test('an outcome that an operator resolved replays as JSON', () => {
  const response = fromOutcome({ body: { ok: true }, headers: { 'Set-Cookie': 'a=1' } }, replayHeaders);
  expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
  expect(response?.headers).not.toHaveProperty('set-cookie');
  expect(Buffer.from(response?.body ?? []).toString()).toBe('{"ok":true}');
});

test.each<[string, Partial<MiddlewareOptions<unknown>>]>([
  ['methods', { methods: ['GET'] }],
  ['application', { application: 'my shop' }],
  ['namespace', { namespace: 'a b' }],
  ['leaseMs', { leaseMs: 1 }],
  ['retentionMs', { retentionMs: 0.5 }],
  ['maxBodyBytes', { maxBodyBytes: -1 }],
  ['replayHeaders', { replayHeaders: ['Set-Cookie'] }],
  ['replayHeaders', { replayHeaders: ['Connection'] }],
])('bad %s are refused by name before the first request', (name, options) => {
  expect(() => new IdempotencyMiddleware({ client, ...options })).toThrow(name);
});

test('the README lists every problem with its status', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  for (const [code, { status }] of Object.entries(middlewareProblems)) {
    expect(readme).toMatch(new RegExp(`\\| ${status} +\\| \`${code}\``));
  }
});

test('Retry-After is in whole seconds, rounded up', () => {
  expect(problemResponse('REQUEST_IN_FLIGHT', 1_200).headers['retry-after']).toBe('2');
});
