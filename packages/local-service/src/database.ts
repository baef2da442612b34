import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalPostgres } from '@infra-services/local-postgres';
import pg from 'pg';

/** An empty database that nobody else uses. */
export interface OwnDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

/** A new database on a server that runs. */
export async function databaseOn(serverUrl: string): Promise<OwnDatabase> {
  const name = `service_${randomBytes(6).toString('hex')}`;
  await administer(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    remove: () => administer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** A PostgreSQL of its own, its data gone at the end. */
export async function databaseOfItsOwn(): Promise<OwnDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'local-service-'));
  // Run as root, PostgreSQL becomes another user, who has to get there.
  await chmod(directory, 0o755);
  const postgres = await startLocalPostgres({ dataDir: join(directory, 'data') });
  return {
    url: postgres.url,
    remove: async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const url = new URL(serverUrl);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
