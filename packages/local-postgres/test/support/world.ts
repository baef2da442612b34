import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startLocalPostgres,
  type LocalPostgres,
  type LocalPostgresOptions,
} from '@infra-services/local-postgres';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';

/** A directory that goes with the test. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'local-postgres-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Starts on a cluster that nobody keeps, and stops with the test. */
export async function start(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const postgres = await startLocalPostgres({ ...options, settings: { fsync: 'off', ...options.settings } });
  onTestFinished(() => postgres.stop());
  return postgres;
}

/** The first column of the first row; rejects if that takes longer than `patienceMs`. */
export async function ask(url: string, sql: string, patienceMs = 10_000): Promise<unknown> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const result = await client.query({ text: sql, rowMode: 'array' });
    return (result.rows as unknown[][])[0]?.[0];
  } finally {
    // Not awaited: a frozen server never says goodbye.
    void client.end();
  }
}

/** Whether a postmaster runs on the directory, or was killed in it. */
export function hasPostmasterFile(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postgres', 'postmaster.pid'));
}
