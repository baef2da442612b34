import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { refuseNewerSchema } from './refuse-newer-schema.js';
import { refuseUnsafeServer } from './refuse-unsafe-server.js';

/** A migration on disk, in Prisma's own layout: `<time>_<name>/migration.sql`. */
interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file in hex: what Prisma's CLI compares. */
  readonly checksum: string;
}

/** The database cannot be migrated; the message says what to do. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
}

/** No connection came about; the cause says why. */
export class DatabaseNotReached extends Error {
  override readonly name = 'DatabaseNotReached';

  constructor(cause: unknown) {
    super('PostgreSQL cannot be reached', { cause });
  }
}

/** This build's own migrations. */
const DIRECTORY = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** Any constant will do, as long as every replica takes the same one: it spells "idem". */
const ADVISORY_LOCK = 0x6964_656d;

/** Replicas that start together wait for the one that migrates; a migration of a large table takes its time. */
const LOCK_WAIT_MS = 60_000;

/**
 * A migration that waits for a table's lock makes every call wait behind it. So it gives up well within the two seconds
 * that callers are promised, lets them pass, and tries again: a stranger's open transaction delays it and nobody else.
 */
const TABLE_LOCK_WAIT_MS = 500;
const TABLE_LOCK_PAUSE_MS = 1_000;
const TABLE_LOCK_ATTEMPTS = 30;

/** SQLSTATE of a lock that did not come in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Prisma's bookkeeping table, so that its CLI agrees where it can be had. */
const createLedger = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

/**
 * Brings the schema up to date: each migration in one transaction with its line in the ledger, so that a crash
 * leaves it wholly applied or not at all. Safe to run from several replicas at once, and beside replicas of the former
 * release. Returns the names applied. Throws `DatabaseNotReached`; `DatabaseRefused` if the server is not safe to run on
 * or its schema too new; `MigrationRefused` if an applied migration has been edited since.
 */
export async function migrate(url: string): Promise<string[]> {
  const client = await connect(url);
  try {
    await refuseUnsafeServer(client);
    await client.query(`SET lock_timeout = ${LOCK_WAIT_MS}`);
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await client.query(createLedger);
    return await applyMissing(client, await migrationsOnDisk());
  } finally {
    // Ends the session, and with it the advisory lock.
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      application_name: 'idempotency-api migrate',
    });
    await client.connect();
    return client;
  } catch (error) {
    throw new DatabaseNotReached(error);
  }
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]));
  await refuseNewerSchema(client, applied.keys(), new Set(migrations.map(({ name }) => name)));
  const done: string[] = [];
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    if (checksum === undefined) {
      await applyBesideCalls(client, migration);
      done.push(migration.name);
    } else if (checksum !== migration.checksum) {
      throw new MigrationRefused(
        `migration ${migration.name} was edited after it had been applied: restore the file and add a new migration`,
      );
    }
  }
  return done;
}

async function applyBesideCalls(client: pg.Client, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await apply(client, migration);
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      if (attempt === TABLE_LOCK_ATTEMPTS) {
        throw new MigrationRefused(
          `migration ${migration.name} got no lock on a table: end the transactions that are open in this database, and start again`,
          { cause: error },
        );
      }
      await setTimeout(TABLE_LOCK_PAUSE_MS);
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${TABLE_LOCK_WAIT_MS}`);
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function migrationsOnDisk(): Promise<Migration[]> {
  const entries = await readdir(DIRECTORY, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(DIRECTORY, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
