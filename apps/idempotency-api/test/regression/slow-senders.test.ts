import { describe, expect, it } from 'vitest';
import { problemOf, RawSocket, rawRequest } from '../support/raw-socket.js';
import { newKey, useWorld } from '../support/world.js';

const CALLERS = 100;

/**
 * Old behaviour: a request that never became complete was meant to be given up after 30 seconds, and held its connection
 * for up to a minute. Cause: Node looks for such requests only every 30 seconds unless told otherwise. Fix: the service
 * looks every second. Here the time allowed is cut short and the look is the service's own.
 */
describe('callers that send a byte now and then, for ever', () => {
  const world = useWorld();

  it.each([
    ['heads', 'POST /v1/claims HTTP/1.1\r\nhost: test\r\nx: '],
    [
      'bodies',
      rawRequest('POST', '/v1/claims', '', { 'content-type': 'application/json', 'content-length': '9999' }),
    ],
  ])('are told so and hung up on, in the midst of their %s, and hold up nobody', async (_what, bytes) => {
    const server = world.apps[0]!.getHttpServer();
    server.requestTimeout = 300;
    server.headersTimeout = 300;
    const slow = await Promise.all(Array.from({ length: CALLERS }, () => RawSocket.open(world.api.url)));
    for (const socket of slow) await socket.write(bytes);
    const dripping = setInterval(() => {
      for (const socket of slow) void socket.write('a');
    }, 50);
    try {
      expect((await world.api.claim({ key: newKey() })).status).toBe(201);
      const answers = await Promise.all(slow.map((socket) => socket.rest()));
      const codes = answers.map((some) => some.map((answer) => problemOf(answer).code));
      expect(codes).toEqual(Array.from({ length: CALLERS }, () => ['REQUEST_TIMEOUT']));
    } finally {
      clearInterval(dripping);
    }
    expect((await world.api.claim({ key: newKey() })).status).toBe(201);
  });
});
