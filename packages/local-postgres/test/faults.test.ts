import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ask, hasPostmasterFile, start, temporaryDir } from './support/world.js';

test('after a crash a start on the same port recovers every commit', async () => {
  const dataDir = await temporaryDir();
  const first = await start({ dataDir });
  await ask(first.url, `CREATE TABLE note AS SELECT 'still here' AS text`);

  await first.crash();
  expect(hasPostmasterFile(dataDir)).toBe(true);
  const second = await start({ dataDir, port: first.port });

  expect(await ask(second.url, 'SELECT text FROM note')).toBe('still here');
});

test('a start waits for the sessions of a crashed Postgres that compute on', async () => {
  const dataDir = await temporaryDir();
  const first = await start({ dataDir });
  // Such a session does not notice that its postmaster is gone, and holds on to the shared memory.
  const computing = `
    DO $$ BEGIN WHILE clock_timestamp() < statement_timestamp() + interval '5 s' LOOP END LOOP; END $$ -- AS busy`;
  void ask(first.url, computing).catch(() => undefined);
  await vi.waitFor(async () => {
    const busy = `SELECT count(*)::int FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%AS busy'`;
    expect(await ask(first.url, `/* not itself */ ${busy} -- `)).toBe(1);
  }, 10_000);

  await first.crash();
  const lines: string[] = [];
  const second = await start({ dataDir, onLog: (line) => lines.push(line) });

  expect(lines.join()).toContain('is still in use');
  expect(await ask(second.url, 'SELECT 1')).toBe(1);
});

test('the pid of a crashed postmaster may be anybody’s by now', async () => {
  const dataDir = await temporaryDir();
  const first = await start({ dataDir });
  await first.crash();
  const file = join(dataDir, 'postgres', 'postmaster.pid');
  const [, ...lines] = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [process.pid, ...lines].join('\n'));

  const second = await start({ dataDir });

  expect(await ask(second.url, 'SELECT 1')).toBe(1);
});

test('a postmaster killed before it wrote its pid leaves an empty file, which does no harm', async () => {
  const dataDir = await temporaryDir();
  const first = await start({ dataDir });
  await first.stop();
  await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), '');

  const second = await start({ dataDir });

  expect(await ask(second.url, 'SELECT 1')).toBe(1);
});

test('a paused Postgres does not answer, and does again once resumed', async () => {
  const postgres = await start({ dataDir: await temporaryDir() });

  await postgres.pause();
  await expect(ask(postgres.url, 'SELECT 1', 1_000)).rejects.toThrow('timeout');
  await postgres.resume();

  expect(await ask(postgres.url, 'SELECT 1')).toBe(1);
});

test('a paused Postgres can be stopped', async () => {
  const dataDir = await temporaryDir();
  const postgres = await start({ dataDir });
  await postgres.pause();

  await postgres.stop();

  expect(hasPostmasterFile(dataDir)).toBe(false);
  await expect(postgres.pause()).rejects.toThrow('it has ended');
});
