import { vi } from 'vitest';
import type { TestDatabase } from './database.js';

const SERVICE_CONNECTIONS = `datname = current_database() AND application_name = 'idempotency-api'`;

/** Ends every connection of the service, as a restart of a proxy would; how many there were. */
export async function terminateConnections(database: TestDatabase): Promise<number> {
  const { rowCount } = await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${SERVICE_CONNECTIONS}`,
  );
  return rowCount ?? 0;
}

/** Ends the one connection of the service that waits for a row's lock, once there is one. */
export async function terminateBlockedConnection(database: TestDatabase): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rowCount } = await database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${SERVICE_CONNECTIONS} AND wait_event_type = 'Lock'`,
      );
      if (rowCount !== 1) throw new Error(`${rowCount ?? 0} connections wait for a lock`);
    },
    { interval: 5, timeout: 10_000 },
  );
}
