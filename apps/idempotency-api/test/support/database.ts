import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** A database of a test's own, cloned from the run's template. */
export interface TestDatabase {
  readonly url: string;
  /** For arranging what the API cannot be asked for (stored times moved), and for looking behind it. */
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

/** Clones the template. */
export async function createDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('postgresUrl'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  await clone(template.pathname.slice(1), name);
  const url = new URL(template);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 4 });
  // A test may end the server below the pool; idle connections then break, which is what the test wants.
  pool.on('error', () => undefined);
  return {
    url: url.href,
    pool,
    drop: async () => {
      await pool.end();
      await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** SQLSTATE `object_in_use`: the server's own vacuum may be in the template, and is slow to leave on a busy machine. */
const IN_USE = '55006';
const ATTEMPTS = 5;

async function clone(template: string, name: string, attempt = 1): Promise<void> {
  try {
    await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== IN_USE || attempt === ATTEMPTS) throw error;
    await clone(template, name, attempt + 1);
  }
}

/** A statement on the server, outside every test's database. */
async function administer(statement: string): Promise<void> {
  const url = new URL(inject('postgresUrl'));
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
