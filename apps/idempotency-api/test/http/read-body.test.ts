import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takeJsonBodies } from '../../src/infrastructure/http/json-bodies.js';
import { goInStages } from '../../src/infrastructure/http/stages.js';

/** Of what Node.js keeps of a body that nobody reads yet (64 KiB), less and more: the one comes whole before it is read. */
const LARGEST = [1_000, 256 * 1024];

/** Pauses between pieces, so that each is a read of its own. Milliseconds. */
const BETWEEN_PIECES_MS = 15;

/** A JSON text of so many bytes. */
function textOf(bytes: number): string {
  return `"${'a'.repeat(bytes - 2)}"`;
}

function head(framing: string): string {
  return `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`;
}

function withLength(body: string): string {
  return head(`Content-Length: ${Buffer.byteLength(body)}`) + body;
}

function inChunks(...chunks: string[]): string {
  const lines = chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`);
  return `${head('Transfer-Encoding: chunked')}${lines.join('')}0\r\n\r\n`;
}

interface Mode {
  readonly inStages: boolean;
  readonly largest: number;
}

/** A server that answers how many characters a body had, and what it refuses a body with. */
async function caller({ inStages, largest }: Mode): Promise<{ socket: Socket; refusals: string[] }> {
  const server = Fastify();
  const refusals: string[] = [];
  if (inStages) goInStages(server);
  takeJsonBodies(server, largest);
  server.setErrorHandler((error, _request, reply) => {
    refusals.push((error as { code?: string }).code ?? '');
    void reply.code(400).send();
  });
  server.post('/', ({ body }) => ({ read: (body as string).length }));
  onTestFinished(() => server.close());
  await server.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return { socket, refusals };
}

/** What is answered to these bytes, until `answers` have come. */
async function exchange(socket: Socket, pieces: readonly string[], answers = 1): Promise<string> {
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  for (const piece of pieces) {
    socket.write(piece);
    await setTimeout(BETWEEN_PIECES_MS);
  }
  while ((text.match(/HTTP\/1\.1 [\s\S]*?\r\n\r\n/g)?.length ?? 0) < answers) await setTimeout(1);
  await setTimeout(BETWEEN_PIECES_MS);
  return text;
}

const modes = [true, false].flatMap((inStages) => LARGEST.map((largest) => ({ inStages, largest })));

describe.each(modes)('a body of at most $largest bytes, calls in stages: $inStages,', (mode) => {
  const { largest } = mode;

  it.each([
    ['with its head', [withLength(textOf(40))], 38],
    ['behind its head', [withLength(textOf(40)).slice(0, -40), textOf(40)], 38],
    ['in pieces', [withLength(textOf(40)).slice(0, -20), 'a'.repeat(10), `${'a'.repeat(9)}"`], 38],
    ['in one chunk', [inChunks(textOf(40))], 38],
    ['in chunks', [inChunks('"aé', 'bc', '"')], 4],
    ['in chunks, of which one comes late', [inChunks('"a').slice(0, -5), '1\r\n', '"\r\n0\r\n\r\n'], 1],
    ['as long as it may be', [withLength(textOf(largest))], largest - 2],
    ['as long as it may be, in chunks', [inChunks(textOf(largest - 1).slice(0, -1), 'a"')], largest - 2],
  ])('is read as it is: it comes %s', async (_how, pieces, characters) => {
    const { socket, refusals } = await caller(mode);
    expect(await exchange(socket, pieces)).toContain(`{"read":${characters}}`);
    expect(refusals).toEqual([]);
  });

  it.each([
    ['by its length, before it comes', [head(`Content-Length: ${largest + 1}`)]],
    ['in chunks', [inChunks(textOf(largest), ' ')]],
    ['in chunks, and goes on', [inChunks(textOf(largest + 1)).slice(0, -5)]],
  ])('is refused where it is longer: %s', async (_how, pieces) => {
    const { socket, refusals } = await caller(mode);
    const answer = await exchange(socket, pieces);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*connection: close/);
    expect(refusals).toEqual(['PAYLOAD_TOO_LARGE']);
  });

  it('that breaks off is none', async () => {
    const { socket, refusals } = await caller(mode);
    socket.end(withLength(textOf(40)).slice(0, -1));
    while (refusals.length === 0) await setTimeout(1);
    expect(refusals).toEqual(['ECONNRESET']);
  });

  it('leaves the next call on its connection alone', async () => {
    const { socket, refusals } = await caller(mode);
    const calls = [
      withLength(textOf(20)),
      inChunks('"', 'bcd"'),
      withLength(textOf(largest)),
      withLength('""'),
    ];
    const text = await exchange(socket, [calls.join('')], calls.length);
    expect(text.match(/\{"read":\d+\}/g)).toEqual(
      [18, 3, largest - 2, 0].map((count) => `{"read":${count}}`),
    );
    expect(refusals).toEqual([]);
  });
});

describe('a call that came whole', () => {
  it('is decided on though its caller has hung up before it was come to', async () => {
    const server = Fastify();
    goInStages(server);
    takeJsonBodies(server, 100);
    // Behind the stages, so that it is the last thing to happen before the body is read.
    server.addHook('onRequest', (request, _reply, done) => {
      request.raw.destroy();
      done();
    });
    const decided = Promise.withResolvers<unknown>();
    server.post('/', ({ body }) => {
      decided.resolve(body);
      return {};
    });
    onTestFinished(() => server.close());
    await server.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(withLength('"done"'));
    expect(await decided.promise).toBe('done');
    expect(socket.destroyed || (await once(socket, 'close'))).toBeTruthy();
  });
});
