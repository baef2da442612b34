import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callerSignal } from '../../src/infrastructure/http/caller-signal.js';
import { prepareServer } from '../../src/infrastructure/http/http-server.js';
import { takeJsonBodies } from '../../src/infrastructure/http/json-bodies.js';
import { LastCalls } from '../../src/infrastructure/http/last-calls.js';
import { goInStages } from '../../src/infrastructure/http/stages.js';

const BODY = '{"amount":1}';
const CALL = `POST /charge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** A server whose calls go in stages, and what happened to them in which order. */
async function staged(): Promise<{ server: FastifyInstance; events: string[] }> {
  const server = Fastify();
  const events: string[] = [];
  prepareServer(server, new LastCalls(() => false));
  takeJsonBodies(server, BODY.length);
  server.addHook('onRequest', (_request, _reply, done) => {
    events.push('read');
    done();
  });
  goInStages(server);
  server.addHook('onRequest', (_request, reply, done) => {
    reply.raw.once('prefinish', () => events.push('written'));
    done();
  });
  server.post('/charge', () => {
    events.push('decided');
    return {};
  });
  onTestFinished(() => server.close());
  await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, events };
}

async function callers(server: FastifyInstance, count: number): Promise<Socket[]> {
  const { port } = server.server.address() as AddressInfo;
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  // Until the server has accepted them all, one a turn.
  await setTimeout(50);
  return sockets;
}

describe('calls that come in one turn of the event loop', () => {
  it('are all read, then all decided on, then all answered', async () => {
    const { server, events } = await staged();
    const sockets = await callers(server, 8);
    const answers = sockets.map((socket) => once(socket, 'data'));
    // All of them are written in this turn, so that the next one finds them all.
    for (const socket of sockets) socket.write(CALL);
    for (const [bytes] of await Promise.all(answers)) expect(String(bytes)).toContain('200 OK');
    const inTurns = ['read', 'decided', 'written'].flatMap((event) => Array<string>(8).fill(event));
    expect(events).toEqual(inTurns);
  });

  it('are answered in order where they come on one connection', async () => {
    const { server, events } = await staged();
    const [socket] = await callers(server, 1);
    let text = '';
    socket!.on('data', (bytes) => (text += String(bytes)));
    socket!.write(CALL.repeat(5));
    while (text.match(/200 OK/g)?.length !== 5) await setTimeout(5);
    expect(events.filter((event) => event === 'decided')).toHaveLength(5);
  });

  it('are answered by themselves where one comes alone, without waiting for another', async () => {
    const { server, events } = await staged();
    const [socket] = await callers(server, 1);
    for (let call = 1; call <= 3; call++) {
      socket!.write(CALL);
      await once(socket!, 'data');
    }
    expect(events).toEqual([
      'read',
      'decided',
      'written',
      'read',
      'decided',
      'written',
      'read',
      'decided',
      'written',
    ]);
  });
});

describe('a caller who waits', () => {
  it('is known to have gone, also by the time that its call is come to', async () => {
    const server = Fastify();
    const signals: boolean[] = [];
    server.addHook('onRequest', (_request, reply, done) => {
      reply.raw.once('close', () => {
        done();
      });
    });
    server.get('/', async (_request, reply) => {
      await setImmediate();
      signals.push(callerSignal(reply, 1_000).aborted, callerSignal(reply, 0).aborted);
      return '';
    });
    onTestFinished(() => server.close());
    await server.listen({ host: '127.0.0.1', port: 0 });
    const [socket] = await callers(server, 1);
    socket!.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await setTimeout(20);
    socket!.destroy();
    while (signals.length === 0) await setTimeout(5);
    expect(signals).toEqual([true, false]);
  });
});
