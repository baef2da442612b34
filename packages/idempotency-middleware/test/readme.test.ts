import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { startLocalService } from '@infra-services/local-service';
import { expect, inject, onTestFinished, test, vi } from 'vitest';

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

test('the adapter of the README is the one that runs here', async () => {
  expect(await read('../README.md')).toContain(await read('./readme-example.ts'));
});

test('the adapter of the README runs its handler once for a request that is sent twice', async () => {
  const service = await startLocalService({ postgresUrl: inject('postgresUrl') });
  onTestFinished(() => service.stop());
  vi.stubEnv('IDEMPOTENCY_URL', service.url);
  const { server } = await import('./readme-example.js');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const post = (key: string) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify({ item: 'tea' }),
    });
  const [first, second, other] = [await post('"one"'), await post('"one"'), await post('"other"')];
  const bodies = [await first.text(), await second.text(), await other.text()];
  expect([first.status, second.status, other.status]).toEqual([201, 201, 201]);
  expect(second.headers.get('Idempotent-Replayed')).toBe('true');
  expect(bodies[1]).toBe(bodies[0]);
  expect(bodies[2]).not.toBe(bodies[0]);
});
