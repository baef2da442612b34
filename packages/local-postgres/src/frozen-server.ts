import { Client } from 'pg';
import type { Postmaster } from './postmaster.js';

/** A server whose processes are all stopped: connections stay open, and nothing answers. */
export interface FrozenServer {
  thaw(): Promise<void>;
}

/** Stops every process of the server (SIGSTOP), as a machine that hangs would. */
export async function freezeServer(postmaster: Postmaster, password: string): Promise<FrozenServer> {
  const client = new Client({
    host: '127.0.0.1',
    port: postmaster.port,
    user: 'postgres',
    password,
    database: 'postgres',
    ssl: false,
  });
  client.on('error', () => undefined);
  await client.connect();
  // First the postmaster, so that no process is added to the list after it is read.
  postmaster.kill('SIGSTOP');
  let pids: number[] = [];
  const thaw = async (): Promise<void> => {
    signalAll(pids, 'SIGCONT');
    postmaster.kill('SIGCONT');
    await client.end();
  };
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
    pids = rows.map((row) => row.pid);
  } catch (error) {
    await thaw();
    throw error;
  }
  signalAll(pids, 'SIGSTOP');
  return { thaw };
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Ended since it was listed; a frozen postmaster has not reaped it, so its pid is nobody else's.
    }
  }
}
