import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, MigrationRefused } from '../../src/infrastructure/database/migrations.js';
import { createEmptyDatabase, type EmptyDatabase } from './empty-database.js';

const directory = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

interface LedgerLine {
  id: string;
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
  logs: string | null;
  applied_steps_count: number;
}

/** One record of each kind, with all that each kind can have, as builds before the migration `identity` wrote them. */
const FORMER_RECORDS = `
  INSERT INTO idempotency_record (tenant, namespace, key, fencing_token, retention_ms, lease_expires_at, created_at, updated_at,
    completed_at, expires_at, deletion_announced_at, lease_ms, attempt, state, on_lease_expiry, outcome_status, relinquished,
    is_takeover, claim_token, fingerprint, owner, checkpoint_name, checkpoint_data, outcome)
  VALUES
    ('default', 'default', 'a key of four words', 11, 12, now() + interval '1 hour', now() - interval '3 days', now(),
      NULL, NULL, NULL, 13, 14, 'in_progress', 'takeover', NULL, true,
      true, gen_random_uuid(), 'sha256:aa', 'host-7', 'charged', '{"id":1}', NULL),
    ('default', 'payments.charge', 'order-1', 21, 22, NULL, now() - interval '2 days', now(),
      now() - interval '1 day', now() + interval '1 day', now(), 23, 24, 'completed', 'block', 201, false,
      NULL, gen_random_uuid(), NULL, NULL, NULL, NULL, '{"body":"paid"}'),
    ('other', 'default', 'order-1b', 31, 32, NULL, now(), now(),
      NULL, now() + interval '1 day', NULL, 33, 34, 'released', 'block', NULL, false,
      NULL, NULL, NULL, NULL, NULL, NULL, NULL)`;

describe('migrating', () => {
  let database: EmptyDatabase;
  let names: string[];
  beforeEach(async () => {
    database = await createEmptyDatabase();
    const entries = await readdir(directory, { withFileTypes: true });
    names = entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  });
  afterEach(() => database.drop());

  const ledger = (): Promise<LedgerLine[]> =>
    database.query<LedgerLine>('SELECT * FROM _prisma_migrations ORDER BY migration_name');
  const relations = async (): Promise<string[]> => {
    const rows = await database.query<{ name: string }>(
      `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
       UNION ALL SELECT typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e' ORDER BY 1`,
    );
    return rows.map((row) => row.name);
  };

  it('brings a fresh database up to date, each migration in its order', async () => {
    expect(await migrate(database.url)).toEqual(names);
    expect(await relations()).toEqual(
      expect.arrayContaining(['audit_entry', 'deduplication', 'idempotency_record', 'record_state']),
    );
  });

  it('changes nothing the second time', async () => {
    await migrate(database.url);
    const before = await ledger();
    expect(await migrate(database.url)).toEqual([]);
    expect(await ledger()).toEqual(before);
  });

  it('applies each migration once, however many replicas start at once', async () => {
    const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(database.url)));
    expect(applied.flat()).toEqual(names);
    expect((await ledger()).map((line) => line.migration_name)).toEqual(names);
  });

  it("writes Prisma's own ledger: the file's SHA-256 in hex, a line a migration, finished", async () => {
    await migrate(database.url);
    const lines = await ledger();
    for (const [index, line] of lines.entries()) {
      const sql = await readFile(join(directory, names[index]!, 'migration.sql'));
      expect(line).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        migration_name: names[index],
        checksum: createHash('sha256').update(sql).digest('hex'),
        finished_at: expect.any(Date),
        started_at: expect.any(Date),
        rolled_back_at: null,
        logs: null,
        applied_steps_count: 1,
      });
    }
    expect(lines).toHaveLength(names.length);
  });

  it('has a ledger with the columns that the CLI of Prisma reads and writes', async () => {
    await migrate(database.url);
    const columns = await database.query(
      `SELECT column_name::text AS name, data_type::text AS type, character_maximum_length AS length, is_nullable::text AS nullable
       FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    );
    const time = 'timestamp with time zone';
    expect(columns).toEqual([
      { name: 'id', type: 'character varying', length: 36, nullable: 'NO' },
      { name: 'checksum', type: 'character varying', length: 64, nullable: 'NO' },
      { name: 'finished_at', type: time, length: null, nullable: 'YES' },
      { name: 'migration_name', type: 'character varying', length: 255, nullable: 'NO' },
      { name: 'logs', type: 'text', length: null, nullable: 'YES' },
      { name: 'rolled_back_at', type: time, length: null, nullable: 'YES' },
      { name: 'started_at', type: time, length: null, nullable: 'NO' },
      { name: 'applied_steps_count', type: 'integer', length: null, nullable: 'NO' },
    ]);
  });

  it('says of each migration which builds work with it, so that a rolling deploy can be judged', async () => {
    await migrate(database.url);
    const lines = await database.query<{ migration: string; builds_from: string }>(
      'SELECT migration, builds_from FROM schema_compatibility ORDER BY migration',
    );
    const first = names.findIndex((name) => name.endsWith('_schema_compatibility'));
    expect(lines.map((line) => line.migration)).toEqual(names.slice(first));
    for (const { migration, builds_from: from } of lines) {
      expect(names.slice(0, names.indexOf(migration) + 1)).toContain(from);
    }
  });

  it('keeps each record whole when its identity becomes one column', async () => {
    const sqlOf = (name: string) => readFile(join(directory, name, 'migration.sql'), 'utf8');
    const identity = names.find((name) => name.endsWith('_identity'))!;
    for (const name of names.slice(0, names.indexOf(identity))) await database.query(await sqlOf(name));
    await database.query(FORMER_RECORDS);
    const rows = async (relation: string): Promise<unknown[]> =>
      (
        await database.query<{ row: unknown }>(
          `SELECT to_jsonb(r) - 'identity' AS row FROM ${relation} r ORDER BY key`,
        )
      ).map(({ row }) => row);
    const [before, slots] = [
      await rows('idempotency_record'),
      'SELECT DISTINCT generation::int FROM replay_cache_slot',
    ];
    expect(before).toHaveLength(3);
    expect(await database.query(slots)).toEqual([{ generation: 0 }]);

    await database.query(await sqlOf(identity));
    expect(await rows('record_by_parts')).toEqual(before);
    // What a replica of the former release keeps in memory no longer counts.
    expect(await database.query(slots)).toEqual([{ generation: 1 }]);
  });

  it('refuses an edited migration in one line that names it, and changes nothing', async () => {
    await migrate(database.url);
    await database.query(`UPDATE _prisma_migrations SET checksum = repeat('0', 64)`);
    const before = [await ledger(), await relations()];
    const refusal = await migrate(database.url).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MigrationRefused);
    expect((refusal as Error).message).toMatch(new RegExp(`^migration ${names[0]!} was edited [^\\n]+$`));
    expect([await ledger(), await relations()]).toEqual(before);
  });

  it('leaves nothing of a migration that fails, and applies it whole once the obstacle is gone', async () => {
    // In the way of the first migration's last table: everything before it has been created by then.
    await database.query('CREATE TABLE audit_entry (in_the_way int)');
    await expect(migrate(database.url)).rejects.toMatchObject({ code: '42P07' });
    expect(await ledger()).toEqual([]);
    expect(await relations()).toEqual(['_prisma_migrations', '_prisma_migrations_pkey', 'audit_entry']);

    await database.query('DROP TABLE audit_entry');
    expect(await migrate(database.url)).toEqual(names);
  });

  it('leaves nothing of a migration that it cannot note as applied', async () => {
    await migrate(database.url);
    await database.query(`
      DROP TABLE idempotency_record, deduplication, audit_entry, replay_cache_slot, background_task, encryption_key, schema_compatibility CASCADE;
      DROP TYPE record_state, on_lease_expiry;
      TRUNCATE _prisma_migrations;
      ALTER TABLE _prisma_migrations ADD CONSTRAINT takes_no_line CHECK (false)`);
    await expect(migrate(database.url)).rejects.toMatchObject({ constraint: 'takes_no_line' });
    expect(await relations()).toEqual(['_prisma_migrations', '_prisma_migrations_pkey']);
  });

  it('does not keep other replicas waiting after a failure', async () => {
    await database.query('CREATE TABLE audit_entry (in_the_way int)');
    const failures = await Promise.allSettled([migrate(database.url), migrate(database.url)]);
    expect(failures.map((failure) => failure.status)).toEqual(['rejected', 'rejected']);
    // Of this database alone: the view shows the whole server, on which other tests migrate theirs.
    const locks = await database.query(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory'
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    expect(locks).toEqual([]);
  });
});
