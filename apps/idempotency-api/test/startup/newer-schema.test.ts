import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { runProgram, untilListening } from '../support/faults-process.js';

/** A migration of a release that this build knows nothing of. */
const NEWER = '29990101000000_newer';

let database: TestDatabase;

beforeEach(async () => {
  database = await createDatabase();
  await database.pool.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ('newer', repeat('0', 64), $1, now(), 1)`,
    [NEWER],
  );
});

afterEach(() => database.drop());

/** The line that the newer migration would have written for itself. */
async function newerWorksWithBuildsFrom(migration: string): Promise<void> {
  await database.pool.query('INSERT INTO schema_compatibility (migration, builds_from) VALUES ($1, $2)', [
    NEWER,
    migration,
  ]);
}

async function expectRefusal(): Promise<void> {
  for (const name of ['main', 'migrate'] as const) {
    const program = runProgram(name, { DATABASE_URL: database.url, PORT: '0' });
    expect(await program.ended).toBe(1);
    expect(program.stderr).toEqual([
      expect.stringMatching(
        /: the schema is newer than this build: it has migration 2999\d+_newer, .*: start the version that brought it/,
      ),
    ]);
    expect(program.stdout.join('\n')).not.toContain('listening');
  }
}

it('a schema with a migration that this build does not know is refused', async () => {
  await expectRefusal();
});

it('one that says nothing, before there was a table to say it in, is refused too', async () => {
  await database.pool.query('DROP TABLE schema_compatibility');
  await expectRefusal();
});

it('a migration that works only with builds that know it, or another that we lack, is refused', async () => {
  await newerWorksWithBuildsFrom(NEWER);
  await expectRefusal();
  await database.pool.query(`UPDATE schema_compatibility SET builds_from = '29980101000000_older'`);
  await expectRefusal();
});

it('a migration that works with this build as it is is no obstacle: a rollback starts', async () => {
  await newerWorksWithBuildsFrom('20261121120000_announced_deletions');
  const program = runProgram('main', { DATABASE_URL: database.url, PORT: '0' });
  expect(await untilListening(program)).toMatch(/^http:/);
});

it('a migration that was rolled back is not there', async () => {
  await database.pool.query(
    'UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = $1',
    [NEWER],
  );
  const program = runProgram('main', { DATABASE_URL: database.url, PORT: '0' });
  expect(await untilListening(program)).toMatch(/^http:/);
});
