import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { holdClaim, type HeldClaim } from '../support/arrange.js';
import { expectStoreUnavailable, fillPool, storeCalls, timed } from '../support/faults-calls.js';
import { startFragilePostgres, type FragilePostgres } from '../support/faults-postgres.js';
import { startWaiters } from '../support/faults-waiters.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

let postgres: FragilePostgres;
let service: ServiceProcess;

beforeAll(async () => {
  postgres = await startFragilePostgres();
  service = await startService({ DATABASE_URL: postgres.url });
});

afterAll(async () => {
  await service.end('SIGTERM');
  await postgres.dispose();
});

describe('while the database does not answer', () => {
  let held: HeldClaim;

  beforeAll(async () => {
    held = await holdClaim(service.api);
    await fillPool(service.api);
    await postgres.server.pause();
  });

  afterAll(() => postgres.server.resume());

  it('100 concurrent calls on open connections are all told within two seconds', async () => {
    const calls = Array.from({ length: 100 }, (_, index) => storeCalls[index % storeCalls.length]!);
    const answers = await Promise.all(calls.map(({ send }) => timed(send(service.api, held))));
    answers.forEach(expectStoreUnavailable);
    expect(answers).toHaveLength(100);
  });

  it.each(storeCalls)('$name is told 503 within two seconds', async ({ send }) => {
    expectStoreUnavailable(await timed(send(service.api, held)));
  });

  it('the process is alive', async () => {
    expect((await service.api.send('GET', '/health/live')).status).toBe(200);
  });
});

it('callers who wait when the database falls silent are told within two seconds', async () => {
  const { key } = await holdClaim(service.api);
  await fillPool(service.api);
  const waiters = await startWaiters(service.api, key, 40);
  await postgres.server.pause();
  try {
    const answers = await Promise.all(waiters.answers().map(timed));
    answers.forEach(expectStoreUnavailable);
    expect(answers).toHaveLength(40);
  } finally {
    await postgres.server.resume();
  }
});

it('a claim whose answer got lost in the silence is granted again to the same token, and to no other', async () => {
  const { api } = service;
  const lost = { key: newKey(), claimToken: '6f1d1c7e-6c0d-4d0c-9a53-0c7b3f1c2d11' };
  await fillPool(service.api);
  await postgres.server.pause();
  expect((await api.claim(lost)).status).toBe(503);
  await postgres.server.resume();

  const again = await vi.waitFor(async () => {
    const answer = await api.claim(lost);
    expect(answer.status).toBe(201);
    return answer.body;
  }, 10_000);
  expect(again).toMatchObject({ claimToken: lost.claimToken, attempt: 1 });
  expect((await api.claim({ key: lost.key })).body.code).toBe('CLAIM_IN_PROGRESS');
  expect((await api.claim(lost)).body.fencingToken).toBe(again.fencingToken);
});
