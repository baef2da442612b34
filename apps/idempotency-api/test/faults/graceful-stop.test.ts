import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { Load } from '../support/faults-load.js';
import { connectTo, untilRefused } from '../support/faults-sockets.js';
import { startWaiters } from '../support/faults-waiters.js';
import { patient } from '../support/limits-of-patience.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

const CALLERS = 24;
const DEADLINE_MS = 5_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

function start(): Promise<ServiceProcess> {
  return startService({ ...patient, DATABASE_URL: database.url, SHUTDOWN_DEADLINE_MS: String(DEADLINE_MS) });
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load: whatever took effect was answered',
  async (signal) => {
    const service = await start();
    let acknowledged = 0;
    const load = new Load(() => acknowledged++);
    const running = load.run(CALLERS, (operation) => load.settle(service.api, operation));
    await vi.waitUntil(() => acknowledged > 500, { timeout: 10_000, interval: 1 });

    const since = performance.now();
    expect(await service.end(signal)).toBe(0);
    expect(performance.now() - since).toBeLessThan(DEADLINE_MS);
    await running;

    const { rows } = await database.pool.query<Told>(
      'SELECT key, state FROM record_by_parts WHERE key = ANY ($1)',
      [load.ledger.map(({ key }) => key)],
    );
    const told = load.ledger
      .filter(({ grants }) => grants.length > 0)
      .map(({ key, completed }) => ({ key, state: completed ? 'completed' : 'in_progress' }));
    expect(rows.toSorted(byKey)).toEqual(told.toSorted(byKey));
  },
);

it('callers who wait are answered at once, and new connections are refused afterwards', async () => {
  const service = await start();
  const { key } = await holdClaim(service.api);
  const waiters = await startWaiters(service.api, key, 40);
  const answers = Promise.all(waiters.answers());
  expect(await service.end('SIGTERM')).toBe(0);

  const told = (await answers).map(({ body }) => body as { code?: string; state?: string });
  const inProgress = ['CLAIM_IN_PROGRESS', 'in_progress'];
  expect(told.map(({ code, state }) => code ?? state)).toEqual(told.map((_, index) => inProgress[index % 2]));
  await expect(connectTo(service.api.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('connections that nobody has used, or not for a while, hold nothing up', async () => {
  const service = await start();
  const unused = await connectTo(service.api.url);
  const idle = await connectTo(service.api.url);
  idle.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(idle, 'data');

  const since = performance.now();
  expect(await service.end('SIGTERM')).toBe(0);
  expect(performance.now() - since).toBeLessThan(DEADLINE_MS);
  unused.destroy();
  idle.destroy();
});

it('a claim that was on its way in is decided, and readiness says no from the signal on', async () => {
  const service = await start();
  const key = newKey();
  const body = JSON.stringify({ key });
  const host = 'Host: localhost\r\n';
  const claim = await connectTo(service.api.url);
  claim.write(
    `POST /v1/claims HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  const ready = await connectTo(service.api.url);
  ready.write(`GET /health/ready HTTP/1.1\r\n${host}`);
  // A round trip later the service has read what came before.
  expect((await service.api.send('GET', '/health/ready')).status).toBe(200);

  const ended = service.end('SIGTERM');
  await untilRefused(service.api.url);
  claim.write(body);
  ready.write('\r\n');

  const granted = await text(claim);
  expect(granted).toMatch(/^HTTP\/1\.1 201 /);
  expect(granted).toMatch(/^connection: close\r$/im);
  const refusal = await text(ready);
  expect(refusal).toMatch(/^HTTP\/1\.1 503 /);
  expect(refusal).toContain('"code":"OVERLOADED"');
  expect(await ended).toBe(0);
  const { rows } = await database.pool.query<Told>('SELECT key, state FROM record_by_parts WHERE key = $1', [
    key,
  ]);
  expect(rows).toEqual([{ key, state: 'in_progress' }]);
});

interface Told {
  readonly key: string;
  readonly state: string;
}

function byKey(one: Told, other: Told): number {
  return one.key < other.key ? -1 : 1;
}
