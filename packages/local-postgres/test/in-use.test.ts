import { expect, test, vi } from 'vitest';
import { kill, runProgram, untilStarted } from './support/program.js';
import { ask, hasPostmasterFile, start, temporaryDir } from './support/world.js';

test('a directory in use by another process is told in one line, within 3 s', async () => {
  const dataDir = await temporaryDir();
  const { url } = await untilStarted(runProgram(dataDir));

  const askedAt = performance.now();
  await expect(start({ dataDir })).rejects.toMatchObject({
    name: 'LocalPostgresError',
    problem: 'data_dir_in_use',
    message: `${dataDir} is in use by another running process: stop that one, or set DATA_DIR to another directory.`,
  });
  expect(performance.now() - askedAt).toBeLessThan(3_000);

  expect(await ask(url, 'SELECT 1')).toBe(1);
});

test('of several starts at the same instant on an empty directory exactly one wins', async () => {
  const dataDir = await temporaryDir();

  const outcomes = await Promise.allSettled([1, 2, 3].map(() => start({ dataDir })));

  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refusals.map(({ reason }) => (reason as { problem: unknown }).problem)).toEqual([
    'data_dir_in_use',
    'data_dir_in_use',
  ]);
  const winner = outcomes.find((outcome) => outcome.status === 'fulfilled');
  expect(await ask(winner?.value.url ?? '', 'SELECT 1')).toBe(1);
});

test('a Postgres that somebody started by hand is neither stopped nor shared', async () => {
  const dataDir = await temporaryDir();
  const program = runProgram(dataDir, 'by hand');
  const { url, port, keeperPid, postmasterPid } = await untilStarted(program);
  process.kill(keeperPid, 'SIGKILL');
  await kill(program);

  await expect(start({ dataDir })).rejects.toMatchObject({
    problem: 'data_dir_in_use',
    message: `${dataDir} is in use by a PostgreSQL on port ${port} that was started by hand: stop that one, or set DATA_DIR to another directory.`,
  });
  expect(await ask(url, 'SELECT 1')).toBe(1);

  process.kill(postmasterPid, 'SIGINT');
  await vi.waitFor(() => expect(hasPostmasterFile(dataDir)).toBe(false), { timeout: 15_000 });
});
