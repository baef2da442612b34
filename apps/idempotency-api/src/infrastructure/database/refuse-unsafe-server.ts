import type pg from 'pg';
import { DatabaseRefused } from './database-refused.js';

interface ServerState {
  readonly is_in_recovery: boolean;
  readonly is_read_only: boolean;
  readonly fsync: boolean;
  /** As the session has it, so that what is set for the role or the database counts as well as the server's own. */
  readonly synchronous_commit: string;
}

const readServerState = `
  SELECT pg_is_in_recovery()                                 AS is_in_recovery,
         current_setting('transaction_read_only')::boolean   AS is_read_only,
         current_setting('fsync')::boolean                   AS fsync,
         current_setting('synchronous_commit')               AS synchronous_commit`;

/**
 * Throws `DatabaseRefused` if the server cannot keep what the service promises: that what was answered is committed,
 * and stays so through a crash. Only `off` loses commits: `local` and `remote_write` reach this server's disk.
 * `full_page_writes` is no reason, as file systems and storages that cannot tear a page run rightly without it.
 */
export async function refuseUnsafeServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<ServerState>(readServerState);
  const [state] = rows;
  if (state === undefined) throw new DatabaseRefused('PostgreSQL does not say how it keeps what it commits');
  const refusal = refusalOf(state);
  if (refusal !== undefined) throw new DatabaseRefused(refusal);
}

function refusalOf(state: ServerState): string | undefined {
  if (state.is_in_recovery) {
    return 'DATABASE_URL names a read replica, which can grant nothing: name the primary';
  }
  if (state.is_read_only) {
    return 'the database is read-only (default_transaction_read_only = on): turn that off for the user of DATABASE_URL';
  }
  if (!state.fsync) {
    return 'PostgreSQL runs with fsync = off, so a crash would lose what was answered: set fsync = on and restart PostgreSQL';
  }
  if (state.synchronous_commit === 'off') {
    return 'synchronous_commit = off, so a crash would lose what was answered: set it to on for the server, the database and the user of DATABASE_URL';
  }
  return undefined;
}
