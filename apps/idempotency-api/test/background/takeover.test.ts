import { expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '../support/database.js';
import { insertOutcomes, countStale } from '../rotation/stored-outcomes.js';
import { keysFile, newEncryptionKey } from '../support/seals.js';
import { startService } from '../support/service-process.js';
import { patient } from '../support/limits-of-patience.js';
import { storedTask } from '../support/tasks.js';

/** Records of one step of the task. */
const STEP = 5;

it('the replica that runs a task is killed: another takes it over and goes on where it was', async () => {
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  await insertOutcomes(database, 'stored', 2_000);
  const environment = {
    DATABASE_URL: database.url,
    KEYS_FILE: keysFile({ k1: newEncryptionKey() }, 'k1'),
    ROTATION_BATCH_SIZE: String(STEP),
    BACKGROUND_POLL_MS: '50',
    BACKGROUND_LEASE_MS: '5000',
    ...patient,
  };
  const task = () => storedTask(database, 'rotate-keys');

  const first = await startService(environment);
  await expect
    .poll(async () => Number((await task())?.progress?.examined), { timeout: 15_000 })
    .toBeGreaterThan(50);
  const second = await startService(environment);
  onTestFinished(async () => {
    await second.end('SIGTERM');
  });
  const before = (await task())!;
  expect(before.term).toBe(1);
  await first.end('SIGKILL');

  const killedAt = Number((await task())!.progress!.examined);
  expect(killedAt).toBeLessThan(2_000);
  await expect.poll(task, { timeout: 60_000 }).toMatchObject({
    term: 2,
    progress: { isOver: true, examined: 2_000, left: 0, unreadable: 0 },
  });
  // Killed between a step and the keeping of its progress: the step is repeated, and finds its records rotated.
  const { rotated } = (await task())!.progress!;
  expect([2_000 - STEP, 2_000]).toContain(rotated);
  expect((await task())!.holder).not.toBe(before.holder);
  expect(await countStale(database, 'k1')).toBe(0);
  await expect.poll(() => second.log.join('\n')).toContain('a pass of key rotation is over');
}, 120_000);
