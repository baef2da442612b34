import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { DATABASE } from '../cluster/postgres-pair.js';
import type { PostgresServer } from '../cluster/postgres-server.js';

/** More than the server lets in. */
const CONNECTIONS = 90;

/** A stranger's open transaction: the newest records are locked, as by an operator who went to lunch. */
export async function holdLocks(primary: PostgresServer, durationMs: number): Promise<void> {
  const session = await primary.connect(DATABASE);
  try {
    await session.query('BEGIN');
    await session.query(`
      SELECT FROM idempotency_record WHERE ctid IN
        (SELECT ctid FROM idempotency_record ORDER BY updated_at DESC LIMIT 100) FOR UPDATE SKIP LOCKED`);
    await sleep(durationMs);
  } finally {
    await session.end().catch(() => undefined);
  }
}

/** Takes every connection that the server still gives, and ends those of the service, which has to come back in. */
export async function takeConnections(primary: PostgresServer, durationMs: number): Promise<void> {
  const attempts = await Promise.allSettled(
    Array.from({ length: CONNECTIONS }, () => primary.connect(DATABASE)),
  );
  const sessions = attempts.flatMap((attempt): pg.Client[] =>
    attempt.status === 'fulfilled' ? [attempt.value] : [],
  );
  try {
    await sessions[0]?.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'idempotency-api'`,
    );
    await sleep(durationMs);
  } finally {
    await Promise.all(sessions.map((session) => session.end().catch(() => undefined)));
  }
}
