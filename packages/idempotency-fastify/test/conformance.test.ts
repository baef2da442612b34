import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  conformanceSuite,
  type ConformanceApp,
  type Reply,
  type RunningApp,
} from '@infra-services/middleware-conformance';
import { fastify, type FastifyReply } from 'fastify';
import { idempotency } from '../src/index.js';

type Way = (reply: FastifyReply, bytes: Buffer) => unknown;

/** Slices, so that a stream is more than one chunk. */
function slices(bytes: Buffer): Buffer[] {
  const middle = Math.ceil(bytes.length / 3);
  return [bytes.subarray(0, middle), bytes.subarray(middle)].filter((slice) => slice.length > 0);
}

const ways: Record<string, Way> = {
  return: (_reply, bytes) => bytes,
  'send without return': (reply, bytes) => void reply.send(bytes),
  'send and return reply': (reply, bytes) => reply.send(bytes),
  stream: (_reply, bytes) => Readable.from(slices(bytes)),
  file: async (_reply, bytes) => {
    const folder = await mkdtemp(join(tmpdir(), 'answer-'));
    const file = join(folder, 'answer');
    await writeFile(file, bytes);
    return createReadStream(file).once('close', () => void rm(folder, { recursive: true }));
  },
  'a web stream': (_reply, bytes) => Readable.toWeb(Readable.from(slices(bytes))),
  'a Response': (reply, bytes) => {
    const headers = Object.entries(reply.getHeaders()).map(
      ([name, value]) => [name, String(value)] as [string, string],
    );
    return new Response(bytes, { status: reply.statusCode, headers });
  },
  'hijack and raw': (reply, bytes) => {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value!);
    for (const slice of slices(bytes)) reply.raw.write(slice);
    reply.raw.end();
  },
};

function answer(way: Way, reply: FastifyReply, { status, headers = {}, body }: Reply): unknown {
  reply.code(status).headers(headers);
  return body === undefined ? reply.send() : way(reply, Buffer.from(body));
}

async function start({ middleware, routes }: ConformanceApp): Promise<RunningApp> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(idempotency, middleware);
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      config: { idempotency: route.method === 'GET' ? false : route.options },
      handler: async (request, reply) => {
        const { body, idempotency: execution, socket } = request;
        return answer(ways[route.way]!, reply, await route.handle({ body, execution, socket }));
      },
    });
  }
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, stop: () => app.close() };
}

conformanceSuite('Fastify', { ways: Object.keys(ways), start });
