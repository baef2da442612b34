import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { expectNothingLost, Load } from '../support/faults-load.js';
import { seededRandom } from '../support/faults-random.js';
import { patient } from '../support/limits-of-patience.js';
import { startService, type ServiceProcess } from '../support/service-process.js';

const ROUNDS = 10;
const CALLERS = 24;

/** A kill comes within this many acknowledgements, and within this many milliseconds after the last of them. */
const MAX_ACKNOWLEDGED = 400;
const MAX_DELAY_MS = 15;

let database: TestDatabase;
let service: ServiceProcess;

beforeAll(async () => {
  database = await createDatabase();
  service = await startService({ ...patient, DATABASE_URL: database.url });
});

afterAll(async () => {
  await service.end('SIGTERM');
  await database.drop();
});

it(`${ROUNDS} times SIGKILL under load: nothing acknowledged is lost, nothing is granted twice`, async () => {
  const random = seededRandom(20_261);
  let acknowledgementsLeft = 0;
  let kill = (): void => undefined;
  const load = new Load(() => {
    acknowledgementsLeft--;
    if (acknowledgementsLeft === 0) kill();
  });
  let repeated = 0;

  for (let round = 1; round <= ROUNDS; round++) {
    acknowledgementsLeft = Math.ceil(random() * MAX_ACKNOWLEDGED);
    const isKilled = new AbortController();
    const killed = new Promise<void>((resolve) => (kill = resolve))
      .then(() => sleep(random() * MAX_DELAY_MS))
      .then(() => {
        isKilled.abort();
        return service.end('SIGKILL');
      });
    // A 503 of a busy machine ends a run as the kill does; the kill comes by acknowledgements, so the load goes on until then.
    while (!isKilled.signal.aborted)
      await load.run(CALLERS, (operation) => load.settle(service.api, operation));
    await killed;

    service = await startService({ ...patient, DATABASE_URL: database.url });
    await expectNothingLost(service.api, load.settled);
    const inDoubt = load.unsettled;
    repeated += inDoubt.length;
    const answers = await Promise.all(inDoubt.map((operation) => load.settle(service.api, operation)));
    expect(answers).not.toContain(false);
    await expectNothingLost(service.api, load.ledger);
  }
  // Otherwise no kill ever met a call on its way, and this test has shown nothing.
  expect(repeated).toBeGreaterThan(ROUNDS);
}, 120_000);
