import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SILENCE_MS } from '../../src/infrastructure/batching/batcher.js';
import type { Answer } from '../support/api-client.js';
import { holdClaim, type HeldClaim } from '../support/arrange.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { expectStoreUnavailable, timed, type TimedAnswer } from '../support/faults-calls.js';
import { terminateBlockedConnection, terminateConnections } from '../support/faults-connections.js';
import { expectNothingLost, Load } from '../support/faults-load.js';
import { patient } from '../support/limits-of-patience.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

const CALLERS = 24;
const TERMINATIONS = 20;

let database: TestDatabase;
let service: ServiceProcess;

beforeAll(async () => {
  database = await createDatabase();
  // One statement a call and one at a time: what a single connection carries is then known.
  service = await startService({
    ...patient,
    DATABASE_URL: database.url,
    BATCH_LANES: '1',
    BATCH_MAX_SIZE: '1',
  });
});

afterAll(async () => {
  await service.end('SIGTERM');
  await database.drop();
});

it('a connection that is killed fails the batch that it carried, and no call behind it', async () => {
  const { api } = service;
  const held = await holdClaim(api);
  let { carried, behind } = await killCarrier(held);
  // Killed later than that, it failed after a silence, which fails those behind it too.
  while (carried.ms >= SILENCE_MS) ({ carried, behind } = await killCarrier(held));

  expectStoreUnavailable(carried);
  expect(behind.map(({ status }) => status)).toEqual(behind.map(() => 201));
  const { key, claimToken, fencingToken } = held;
  expect((await api.claim({ key, claimToken })).body).toMatchObject({ decision: 'execute', fencingToken });
});

/** Ends the connection that carries a claim of a locked record, with ten claims behind that; what all of them are told. */
async function killCarrier({ key, claimToken }: HeldClaim): Promise<{
  readonly carried: TimedAnswer;
  readonly behind: readonly Answer[];
}> {
  const { api } = service;
  const locker = await database.pool.connect();
  await locker.query('BEGIN');
  await locker.query('SELECT FROM record_by_parts WHERE key = $1 FOR UPDATE', [key]);

  const carried = timed(api.claim({ key, claimToken }));
  const terminated = terminateBlockedConnection(database);
  const behind = Array.from({ length: 10 }, () => api.claim({ key: newKey() }));
  await terminated;

  // Released before anything is asserted: what it locks must not outlive a test that fails.
  await locker.query('ROLLBACK');
  locker.release();
  return { carried: await carried, behind: await Promise.all(behind) };
}

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
