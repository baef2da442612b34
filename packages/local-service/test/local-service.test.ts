import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startLocalService, type LocalService } from '../src/index.js';

let service: LocalService;

beforeAll(async () => {
  service = await startLocalService({ postgresUrl: inject('postgresUrl') });
});

afterAll(() => service.stop());

test('a claim survives the service being killed and started again, at the same address', async () => {
  const claim = () =>
    fetch(`${service.url}/v1/claims`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: 'order-1017' }),
    });
  expect((await claim()).status).toBe(201);
  await service.kill();
  await expect(claim()).rejects.toThrow();
  await service.start();
  expect((await claim()).status).toBe(409);
});
