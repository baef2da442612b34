import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startLocalService } from '@infra-services/local-service';
import { expect, inject, onTestFinished, test, vi } from 'vitest';

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

test('the first example of the README is the one that runs here, with at most ten added lines', async () => {
  const example = await read('./readme-example.ts');
  expect(await read('../README.md')).toContain(example);
  expect(example.match(/added/g)?.length).toBeLessThanOrEqual(10);
});

test('the first example of the README makes one order of a request that is sent twice', async () => {
  const service = await startLocalService({ postgresUrl: inject('postgresUrl') });
  onTestFinished(() => service.stop());
  vi.stubEnv('IDEMPOTENCY_URL', service.url);
  const { app } = await import('./readme-example.js');
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
  const order = () =>
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': '"order-1017"' },
      body: JSON.stringify({ item: 'tea' }),
    });
  const [first, second] = [await order(), await order()];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.headers.get('Idempotent-Replayed')).toBe('true');
  expect(await second.text()).toBe(await first.text());
});
