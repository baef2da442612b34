import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { expectStoreUnavailable, timed } from '../support/faults-calls.js';
import { terminateBlockedConnection, terminateConnections } from '../support/faults-connections.js';
import { expectNothingLost, Load } from '../support/faults-load.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

const CALLERS = 24;
const TERMINATIONS = 20;

let database: TestDatabase;
let service: ServiceProcess;

beforeAll(async () => {
  database = await createDatabase();
  // One statement a call and one at a time: what a single connection carries is then known.
  service = await startService({ DATABASE_URL: database.url, BATCH_LANES: '1', BATCH_MAX_SIZE: '1' });
});

afterAll(async () => {
  await service.end('SIGTERM');
  await database.drop();
});

it('a connection that is killed fails the batch that it carried, and no call behind it', async () => {
  const { api } = service;
  const { key, claimToken, fencingToken } = await holdClaim(api);
  const locker = await database.pool.connect();
  await locker.query('BEGIN');
  await locker.query('SELECT FROM idempotency_record WHERE key = $1 FOR UPDATE', [key]);

  const carried = timed(api.claim({ key, claimToken }));
  const terminated = terminateBlockedConnection(database);
  const behind = Array.from({ length: 10 }, () => api.claim({ key: newKey() }));
  await terminated;

  // Released before anything is asserted: what it locks must not outlive a test that fails.
  await locker.query('ROLLBACK');
  locker.release();
  expectStoreUnavailable(await carried);
  expect((await Promise.all(behind)).map(({ status }) => status)).toEqual(behind.map(() => 201));
  expect((await api.claim({ key, claimToken })).body).toMatchObject({ decision: 'execute', fencingToken });
});

it(`all connections killed ${TERMINATIONS} times under load: nothing acknowledged is lost, and the process lives`, async () => {
  const { api } = service;
  let killed = 0;
  let isOver = false;
  const load = new Load();
  const running = load.run(CALLERS, async (operation) => {
    while (!(await load.settle(api, operation))) await sleep(1);
    return !isOver;
  });

  for (let round = 0; round < TERMINATIONS; round++) {
    const acknowledged = load.settled.length;
    while (load.settled.length < acknowledged + CALLERS) await Promise.race([running, sleep(1)]);
    killed += await terminateConnections(database);
  }
  isOver = true;
  await running;

  expect(killed).toBeGreaterThanOrEqual(TERMINATIONS);
  await expectNothingLost(api, load.ledger);
  expect(service.child.exitCode).toBeNull();
});
