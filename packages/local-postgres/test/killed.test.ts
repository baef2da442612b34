import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { kill, runProgram, untilStarted } from './support/program.js';
import { ask, hasPostmasterFile, start, temporaryDir } from './support/world.js';

const NOTED = `CREATE TABLE note AS SELECT 'still here' AS text`;

test('a killed program leaves no Postgres behind', async () => {
  const dataDir = await temporaryDir();
  const program = runProgram(dataDir);
  const { url } = await untilStarted(program);

  await kill(program);

  await vi.waitFor(() => expect(hasPostmasterFile(dataDir)).toBe(false), { timeout: 15_000 });
  await expect(ask(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a start right after the kill, on the same port, waits and finds the data', async () => {
  const dataDir = await temporaryDir();
  const program = runProgram(dataDir);
  const { url, port } = await untilStarted(program);
  await ask(url, NOTED);

  await kill(program);
  const next = await start({ dataDir, port });

  expect(await ask(next.url, 'SELECT text FROM note')).toBe('still here');
});

test('a program killed while its cluster is being made leaves nothing that the next start stumbles over', async () => {
  const dataDir = await temporaryDir();
  const program = runProgram(dataDir);
  const files = async (): Promise<string[]> => readdir(dataDir, { recursive: true });
  await vi.waitFor(async () => expect((await files()).join()).toContain('/postgres/PG_VERSION'), {
    timeout: 15_000,
    interval: 5,
  });

  await kill(program);
  // Otherwise it had been made by then, and nothing is shown.
  expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(false);
  const next = await start({ dataDir });

  expect(await ask(next.url, 'SELECT 1')).toBe(1);
  expect((await files()).join()).not.toContain('initialising');
});

test('killed together with its keeper, it leaves a Postgres that the next start ends and recovers', async () => {
  const dataDir = await temporaryDir();
  const program = runProgram(dataDir);
  const { url, keeperPid } = await untilStarted(program);
  await ask(url, NOTED);

  process.kill(keeperPid, 'SIGKILL');
  await kill(program);
  const next = await start({ dataDir });

  expect(next.url).not.toBe(url);
  expect(await ask(next.url, 'SELECT text FROM note')).toBe('still here');
  await expect(ask(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a keeper that is killed takes its Postgres with it', async () => {
  const dataDir = await temporaryDir();
  const postgres = await start({ dataDir });

  process.kill(postgres.keeperPid, 'SIGKILL');
  await postgres.ended;

  expect(hasPostmasterFile(dataDir)).toBe(false);
});

test('a program that ends by itself need not stop its Postgres', async () => {
  const dataDir = await temporaryDir();
  const program = runProgram(dataDir);
  await untilStarted(program);

  program.disconnect();

  await vi.waitFor(() => expect(hasPostmasterFile(dataDir)).toBe(false), { timeout: 15_000 });
});
