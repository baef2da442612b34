import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { holdClaim, type HeldClaim } from '../support/arrange.js';
import { expectStoreUnavailable, fillPool, storeCalls, timed } from '../support/faults-calls.js';
import { startFragilePostgres, type FragilePostgres } from '../support/faults-postgres.js';
import { startWaiters } from '../support/faults-waiters.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

/** From the return of the database to a claim granted: one new connection, and the caller's next try. */
const RESUMES_WITHIN_MS = 3_000;

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

describe('while the database is stopped', () => {
  let held: HeldClaim;

  beforeAll(async () => {
    held = await holdClaim(service.api);
    await postgres.server.stop();
  });

  afterAll(() => postgres.restart());

  it.each(storeCalls)('$name is told 503 within two seconds', async ({ send }) => {
    expectStoreUnavailable(await timed(send(service.api, held)));
  });

  it('100 concurrent calls are all told within two seconds', async () => {
    const calls = Array.from({ length: 100 }, (_, index) => storeCalls[index % storeCalls.length]!);
    const answers = await Promise.all(calls.map(({ send }) => timed(send(service.api, held))));
    answers.forEach(expectStoreUnavailable);
    expect(answers).toHaveLength(100);
  });

  it('a caller who is willing to wait is told at once', async () => {
    expectStoreUnavailable(await timed(service.api.claim({ key: held.key, waitMs: 30_000 })));
  });

  it('the process is alive', async () => {
    expect((await service.api.send('GET', '/health/live')).status).toBe(200);
  });
});

it('callers who wait when the database stops are told within two seconds', async () => {
  const { key } = await holdClaim(service.api);
  await fillPool(service.api);
  const waiters = await startWaiters(service.api, key, 40);
  const told = waiters.answers().map(timed);
  await postgres.server.stop();
  try {
    const answers = await Promise.all(told);
    answers.forEach(expectStoreUnavailable);
    expect(answers).toHaveLength(40);
  } finally {
    await postgres.restart();
  }
});

it('once the database is back the service resumes by itself, and nothing was granted meanwhile', async () => {
  const { api } = service;
  const held = await holdClaim(api);
  const refused = newKey();
  await postgres.server.stop();
  expect((await api.claim({ key: refused })).status).toBe(503);
  expect((await api.complete(held.key, { claimToken: held.claimToken, outcome: {} })).status).toBe(503);
  await postgres.restart();

  const backAt = performance.now();
  await vi.waitFor(async () => expect((await api.send('GET', '/health/ready')).status).toBe(200), {
    timeout: RESUMES_WITHIN_MS,
  });
  expect((await api.get(refused)).status).toBe(404);
  await expect(holdClaim(api, { key: refused })).resolves.toMatchObject({ key: refused });
  expect(performance.now() - backAt).toBeLessThan(RESUMES_WITHIN_MS);
  expect((await api.get(held.key)).body).toMatchObject({
    state: 'in_progress',
    fencingToken: held.fencingToken,
  });
});
