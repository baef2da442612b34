import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const directory = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** Any constant will do, as long as every process that migrates takes the same one: it spells "task". */
const ADVISORY_LOCK = 0x7461_736b;

/**
 * Applies the migrations that are missing, all in one transaction, so that a crash leaves the schema as it was. Prisma's
 * own command needs an engine that it downloads; an example should start without.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await client.query('CREATE TABLE IF NOT EXISTS applied_migration (name text PRIMARY KEY)');
    const { rows } = await client.query<{ name: string }>('SELECT name FROM applied_migration');
    const applied = new Set(rows.map((row) => row.name));
    for (const name of await migrationsOnDisk()) {
      if (applied.has(name)) continue;
      await client.query(await readFile(join(directory, name, 'migration.sql'), 'utf8'));
      await client.query('INSERT INTO applied_migration (name) VALUES ($1)', [name]);
    }
    await client.query('COMMIT');
  } finally {
    // Without COMMIT, the end of the session is the rollback.
    await client.end();
  }
}

async function migrationsOnDisk(): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return names.sort();
}
