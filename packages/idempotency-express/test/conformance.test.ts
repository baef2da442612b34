import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  conformanceSuite,
  type ConformanceApp,
  type Reply,
  type RunningApp,
} from '@infra-services/middleware-conformance';
import express, { type Response } from 'express';
import { createIdempotency } from '../src/index.js';

type Way = (res: Response, bytes: Buffer) => unknown;

/** Slices, so that a stream is more than one write. */
function slices(bytes: Buffer): Buffer[] {
  const middle = Math.ceil(bytes.length / 3);
  return [bytes.subarray(0, middle), bytes.subarray(middle)].filter((slice) => slice.length > 0);
}

const ways: Record<string, Way> = {
  send: (res, bytes) => res.send(bytes),
  end: (res, bytes) => res.end(bytes),
  'write and end': async (res, bytes) => {
    res.flushHeaders();
    for (const slice of slices(bytes)) if (!res.write(slice)) await once(res, 'drain');
    res.end();
  },
  'writeHead and end': (res, bytes) =>
    res.writeHead(res.statusCode, { 'x-extra': '1' }).end(bytes.toString('latin1'), 'latin1'),
  pipe: (res, bytes) => Readable.from(slices(bytes)).pipe(res),
  pipeline: (res, bytes) => pipeline(Readable.from(slices(bytes)), res),
  sendFile: async (res, bytes) => {
    const folder = await mkdtemp(join(tmpdir(), 'answer-'));
    const file = join(folder, 'answer');
    await writeFile(file, bytes);
    res.sendFile(file, { etag: false, lastModified: false, cacheControl: false, acceptRanges: false }, () => {
      void rm(folder, { recursive: true });
    });
  },
};

function answer(way: Way, res: Response, { status, headers = {}, body }: Reply): unknown {
  res.status(status);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  return body === undefined ? res.end() : way(res, Buffer.from(body));
}

async function start({ middleware, routes }: ConformanceApp): Promise<RunningApp> {
  const app = express();
  app.use(express.json());
  const idempotent = createIdempotency(middleware);
  for (const route of routes) {
    const method = route.method.toLowerCase() as 'post' | 'put' | 'get';
    app[method](route.path, idempotent(route.options), async (req, res) => {
      const reply = await route.handle({
        body: req.body,
        execution: req.idempotency ?? null,
        socket: req.socket,
      });
      await answer(ways[route.way]!, res, reply);
    });
  }
  app.use((error: Error, _req: unknown, res: Response, next: (error: Error) => void) => {
    if (res.headersSent) next(error);
    else res.status('statusCode' in error ? Number(error.statusCode) : 500).json({ error: error.message });
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

conformanceSuite('Express', { ways: Object.keys(ways), start });
