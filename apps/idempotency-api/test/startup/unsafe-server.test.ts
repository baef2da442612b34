import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { startLocalPostgres } from '@infra-services/local-postgres';
import { expect, it, onTestFinished } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { temporaryDir } from '../support/faults-postgres.js';
import { runProgram, untilListening } from '../support/faults-process.js';

/** A cluster is initialised, which takes seconds on a busy machine. */
const TIMEOUT_MS = 60_000;

/** What both programs that reach the database print when they refuse it, without their own name. */
async function refusals(url: string): Promise<string[]> {
  return Promise.all(
    (['main', 'migrate'] as const).map(async (name) => {
      const program = runProgram(name, { DATABASE_URL: url, PORT: '0' });
      expect(await program.ended).toBe(1);
      expect(program.stdout.join('\n')).not.toContain('listening');
      expect(program.stderr).toHaveLength(1);
      return program.stderr[0]!.replace(/^idempotency-api(?: migrate)?: /, '');
    }),
  );
}

async function expectRefusal(url: string, says: RegExp): Promise<void> {
  const [ofMain, ofMigrate] = await refusals(url);
  expect(ofMain).toMatch(says);
  expect(ofMigrate).toBe(ofMain);
}

async function databaseWith(setting: string): Promise<TestDatabase> {
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  await database.pool.query(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET ${setting}`);
  return database;
}

it.each([
  { setting: 'synchronous_commit = off', says: /^synchronous_commit = off, .*: set it to on/ },
  { setting: 'default_transaction_read_only = on', says: /^the database is read-only .*: turn that off/ },
])('a database with $setting is refused, with what to do', async ({ setting, says }) => {
  await expectRefusal((await databaseWith(setting)).url, says);
});

it.each(['local', 'remote_write'])('a database with synchronous_commit = %s is served', async (value) => {
  const database = await databaseWith(`synchronous_commit = ${value}`);
  const program = runProgram('main', { DATABASE_URL: database.url, PORT: '0' });
  expect(await untilListening(program)).toMatch(/^http:/);
});

it(
  'a server with fsync = off, and one that is a standby, are refused, with what to do',
  async () => {
    const parent = await temporaryDir();
    onTestFinished(() => rm(parent, { recursive: true, force: true }));
    const dataDir = join(parent, 'data');
    const careless = await startLocalPostgres({ dataDir, settings: { fsync: 'off' } });
    await expectRefusal(careless.url, /^PostgreSQL runs with fsync = off, .*: set fsync = on and restart/);
    await careless.stop();

    // Its primary is away, which does not matter to what it is.
    await writeFile(join(dataDir, 'postgres', 'standby.signal'), '');
    const standby = await startLocalPostgres({ dataDir });
    onTestFinished(() => standby.stop());
    await expectRefusal(standby.url, /^DATABASE_URL names a read replica, .*: name the primary/);
  },
  TIMEOUT_MS,
);
