import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { prepareServer } from '../../src/infrastructure/http/http-server.js';
import { LastCalls } from '../../src/infrastructure/http/last-calls.js';
import { Newcomers } from '../../src/infrastructure/http/newcomers.js';

interface Arrivals {
  /** For each connection, in their order: whether answers were held as it was accepted. */
  readonly held: readonly boolean[];
  readonly newcomers: Newcomers;
}

/** So many connections at once, to a server that takes so long for each of them. */
async function arrive(connections: number, busyMs: number): Promise<Arrivals> {
  const server = createServer();
  const newcomers = new Newcomers();
  newcomers.watch(server);
  const held: boolean[] = [];
  server.on('connection', () => {
    held.push(newcomers.held !== undefined);
    const until = performance.now() + busyMs;
    while (performance.now() < until);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  while (held.length < connections) await setTimeout(10);
  // The turns that tell that nobody comes any more.
  await setTimeout(20);
  return { held, newcomers };
}

describe('answers, while callers connect', () => {
  it('are held back once several turns in a row have brought one each, and no longer than they do', async () => {
    const { held, newcomers } = await arrive(50, 0);
    expect(held.slice(0, 4)).toEqual([false, false, false, false]);
    expect(held.at(-1)).toBe(true);
    expect(newcomers.held).toBeUndefined();
  });

  it('are not held for one caller, or for two', async () => {
    for (const connections of [1, 2]) {
      expect((await arrive(connections, 0)).held).not.toContain(true);
    }
  });

  it('are let go after a while though callers go on coming, and held again', async () => {
    const { held, newcomers } = await arrive(60, 5);
    const changes = held.filter((isHeld, index) => isHeld !== (held[index - 1] ?? false));
    expect(changes.length).toBeGreaterThanOrEqual(3);
    expect(newcomers.held).toBeUndefined();
  });

  it('leave the server once all are in', async () => {
    const server = Fastify();
    prepareServer(server, new LastCalls(() => false));
    server.get('/', () => 'answer');
    onTestFinished(() => server.close());
    const callers = 20;
    let connected = 0;
    const connectedAtAnswers: number[] = [];
    server.server.on('connection', () => connected++);
    server.addHook('onResponse', (_request, _reply, done) => {
      connectedAtAnswers.push(connected);
      done();
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.server.address() as AddressInfo;
    for (let caller = 0; caller < callers; caller++) {
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => {
        socket.destroy();
      });
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    }
    while (connectedAtAnswers.length < callers) await setTimeout(10);
    expect(connectedAtAnswers.filter((count) => count < callers).length).toBeLessThan(callers / 2);
  });
});
