import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startLocalService, type LocalService } from '@infra-services/local-service';
import express from 'express';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createIdempotency, IdempotencyClient } from '../src/index.js';

let service: LocalService;
let server: Server;
let url: string;
let runs = 0;

beforeAll(async () => {
  service = await startLocalService({ postgresUrl: inject('postgresUrl') });
  const idempotent = createIdempotency({ client: new IdempotencyClient({ baseUrl: service.url }) })();
  const app = express();
  app.post('/text', idempotent, (_req, res) => {
    runs++;
    res.end('grüße');
  });
  app.post('/moved', idempotent, (_req, res) => {
    runs++;
    res.redirect(303, '/text');
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await service.stop();
});

/** Both are written as a text that stands alone, without an encoding beside it. */
test.each([
  { path: '/text', status: 200, text: 'grüße', location: null },
  { path: '/moved', status: 303, text: 'See Other. Redirecting to /text', location: '/text' },
])('a text that $path ends with is answered and replayed', async ({ path, status, text, location }) => {
  const before = runs;
  for (const replayed of [null, 'true']) {
    const answer = await fetch(url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Idempotency-Key': `"${path}"` },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('idempotent-replayed')).toBe(replayed);
    expect(answer.headers.get('location')).toBe(location);
    expect(await answer.text()).toContain(text);
  }
  expect(runs).toBe(before + 1);
});
