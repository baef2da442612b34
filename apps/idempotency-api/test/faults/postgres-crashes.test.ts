import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { expectNothingLost, Load } from '../support/faults-load.js';
import { startFragilePostgres, type FragilePostgres } from '../support/faults-postgres.js';
import { seededRandom } from '../support/faults-random.js';
import { startService, type ServiceProcess } from '../support/service-process.js';

const CRASHES = 4;
const CALLERS = 24;

/** A crash comes within this many acknowledgements. */
const MAX_ACKNOWLEDGED = 600;

/** Between the repetitions of a call that got no answer. */
const RETRY_MS = 25;

/** From the return of the database to the next acknowledgement. */
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

it(`${CRASHES} crashes of PostgreSQL under load: nothing acknowledged is lost, and the service resumes by itself`, async () => {
  const { api } = service;
  const random = seededRandom(42);
  let acknowledged = 0;
  let isOver = false;
  let repeated = 0;
  const load = new Load(() => acknowledged++);
  const running = load.run(CALLERS, async (operation) => {
    while (!(await load.settle(api, operation))) {
      repeated++;
      await sleep(RETRY_MS);
    }
    return !isOver;
  });
  const untilAcknowledged = async (count: number): Promise<void> => {
    const goal = acknowledged + count;
    // A load that ends early has failed, and says why.
    await Promise.race([running, vi.waitUntil(() => acknowledged >= goal, { timeout: 10_000, interval: 1 })]);
  };

  for (let crash = 1; crash <= CRASHES; crash++) {
    await untilAcknowledged(Math.ceil(random() * MAX_ACKNOWLEDGED));
    await postgres.server.crash();
    await postgres.restart();
    const backAt = performance.now();
    await untilAcknowledged(1);
    expect(performance.now() - backAt).toBeLessThan(RESUMES_WITHIN_MS);
  }
  isOver = true;
  await running;

  expect(repeated).toBeGreaterThan(0);
  expect(load.unsettled).toEqual([]);
  await expectNothingLost(api, load.ledger);
  expect(service.child.exitCode).toBeNull();
}, 120_000);
