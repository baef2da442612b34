import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { operations, type Operation } from '@infra-services/idempotency-contract';
import { exchange, problemOf, rawRequest } from '../support/raw-socket.js';
import { newKey, useWorld } from '../support/world.js';

/** One of ours. */
const made = /^[0-9a-f]{32}$/;

describe('X-Request-Id', () => {
  const world = useWorld();

  const answered = async (given: string, path = '/health/live'): Promise<string | null> => {
    const response = await fetch(world.api.url + path, { headers: { 'x-request-id': given } });
    // Unread, an answer keeps its connection busy, and the service from ending.
    await response.arrayBuffer();
    return response.headers.get('x-request-id');
  };

  it.each(['a', '01J9Z3W8-checkout', 'A.b_c-9', 'x'.repeat(128)])('is kept: %s', async (given) => {
    expect(await answered(given)).toBe(given);
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a/b', 'a"b', 'é', 'a,b'])(
    'is replaced by one of ours: %s',
    async (given) => {
      expect(await answered(given)).toMatch(made);
    },
  );

  it('is replaced where it comes twice, as it then names no one call', async () => {
    const [answer] = await exchange(
      world.api.url,
      'GET /health/live HTTP/1.1\r\nhost: test\r\nx-request-id: a\r\nx-request-id: b\r\nconnection: close\r\n\r\n',
    );
    expect(answer?.headers['x-request-id']).toMatch(made);
  });

  it('is another one for each call that brings none', async () => {
    // More than are made in one go.
    const ids = new Set<unknown>();
    for (let calls = 0; calls < 600; calls += 100) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => world.api.send<object>('GET', '/health/live')),
      );
      for (const { headers } of answers) ids.add(headers['x-request-id']);
    }
    expect(ids.size).toBe(600);
    for (const id of ids) expect(id).toMatch(made);
  });

  it.each(Object.values<Operation>(operations))(
    'stands on every answer of $method $path',
    async ({ method, path }) => {
      const id = randomUUID();
      const filled = path
        .replace('{namespace}', 'n')
        .replace('{key}', newKey())
        .replace('{code}', 'CLAIM_LOST');
      const answer = await world.api.send(method, filled, { headers: { 'x-request-id': id } });
      expect(answer.headers['x-request-id']).toBe(id);
      if (answer.status >= 400) expect(answer.body.requestId).toBe(id);
    },
  );

  it.each(['/nowhere', '/docs', '/v1/records/%zz/a'])(
    'stands on answers outside of the operations: %s',
    async (path) => {
      expect(await answered('mine', path)).toBe('mine');
    },
  );

  it('stands in the problems of a batch’s items, as they are one call', async () => {
    const key = newKey();
    const answer = await world.api.claimBatch([{ key }, { key }]);
    expect(answer.body.results[1]?.requestId).toBe(answer.headers['x-request-id']);
  });

  it('stands on answers to bytes that are not HTTP', async () => {
    const [answer] = await exchange(world.api.url, 'no http at all\r\n\r\n');
    expect(answer?.headers['x-request-id']).toMatch(made);
    expect(problemOf(answer!).requestId).toBe(answer?.headers['x-request-id']);
  });

  it('stands on the answer to a body that is too large to be read', async () => {
    const request = rawRequest('POST', '/v1/claims', '{}', {
      'content-length': '99999999',
      connection: 'close',
    });
    const [answer] = await exchange(world.api.url, request);
    expect(problemOf(answer!)).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      requestId: answer?.headers['x-request-id'],
    });
  });
});
