import { setTimeout as sleep } from 'node:timers/promises';
import type { DataDir } from './data-dir.js';
import { LocalPostgresError } from './local-postgres-error.js';
import { readPostmasterFile, removeEmptyPostmasterFile } from './postmaster-file.js';
import { probe } from './probe.js';
import { CLUSTER_NAME } from './server-settings.js';

const POLL_MS = 50;

/** As long as a shutdown of ours is waited for elsewhere: one checkpoint on a slow disk. */
const LEFTOVER_WAIT_MS = 10_000;

/**
 * Ends a Postgres that lost its keeper: both were killed at once, as `killall -9 node` does. The caller holds the
 * cluster lock, so no keeper is behind whatever runs here.
 *
 * Answers with the pid of a postmaster that did not shut down, null after a clean one. That pid is signalled only
 * after a server logged us in with this cluster's password and named this cluster as its own; in all other cases it
 * may belong to anybody. Throws `data_dir_in_use` for a server that somebody started by hand, `still_stopping`, and an
 * AbortError once `signal` aborts.
 */
export async function endLeftover(
  dir: DataDir,
  password: string,
  signal: AbortSignal,
): Promise<number | null> {
  await removeEmptyPostmasterFile(dir.cluster);
  const giveUpAt = performance.now() + LEFTOVER_WAIT_MS;
  for (;;) {
    const leftover = await readPostmasterFile(dir.cluster);
    if (leftover === null) return null;

    const found = await probe(leftover.port, password);
    switch (found.kind) {
      case 'not_ours':
        return leftover.pid;
      case 'answers':
        if (found.dataDirectory !== dir.cluster) return leftover.pid;
        if (found.clusterName !== CLUSTER_NAME) throw startedByHand(dir, leftover.port);
        askToStop(leftover.pid);
        break;
      case 'not_now':
        break;
    }
    if (performance.now() >= giveUpAt) {
      throw new LocalPostgresError(
        'still_stopping',
        `A PostgreSQL left behind in ${dir.root} does not end (pid ${leftover.pid}): try again in a moment.`,
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

function askToStop(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // Ended since it answered; the next look at its file shows it.
  }
}

function startedByHand(dir: DataDir, port: number): LocalPostgresError {
  return new LocalPostgresError(
    'data_dir_in_use',
    `${dir.root} is in use by a PostgreSQL on port ${port} that was started by hand: stop that one, or set DATA_DIR to another directory.`,
  );
}
