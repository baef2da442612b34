import { expect, it, onTestFinished } from 'vitest';
import type { Task } from '../../src/background/task.js';
import { runnerOf, storedTask } from '../support/tasks.js';
import { useWorld } from '../support/world.js';

const NAME = 'wanted-early';
const TIMEOUT = { timeout: 15_000 };

const world = useWorld({ replicas: 2 });

/**
 * Old behaviour: a rotation that a new key had made wanted was left half-way when its replica died, until the task was due
 * by its interval, an hour later. Cause: a task counted as due by the clock of its last turn alone; nobody else wants a
 * rotation that has begun. Found when the test of a killed rotation took a minute and a half, of which it waited for one.
 * Fix: a task that is taken is due from then on, until it is handed back.
 */
it('a turn that was wanted before it was due, and whose replica died, is taken over when its lease is over', async () => {
  const task: Task = { name: NAME, intervalMs: 3_600_000, run: () => Promise.resolve('done') };
  const first = runnerOf(world, 0, [task]);
  first.start();
  await expect.poll(async () => (await storedTask(world.database, NAME))?.succeeded_at, TIMEOUT).toBeTruthy();
  await first.stop();

  const died = Promise.withResolvers<'done'>();
  const early = runnerOf(world, 0, [{ ...task, isWanted: () => true, run: () => died.promise }], {
    leaseMs: 200,
  });
  early.start();
  onTestFinished(async () => {
    died.resolve('done');
    await early.stop();
  });
  await expect.poll(async () => (await storedTask(world.database, NAME))!.holder, TIMEOUT).toBe(early.holder);

  const other = runnerOf(world, 1, [{ ...task, isWanted: () => false }]);
  other.start();
  onTestFinished(() => other.stop());
  await expect
    .poll(async () => storedTask(world.database, NAME), TIMEOUT)
    .toMatchObject({ term: 3, holder: null });
});
