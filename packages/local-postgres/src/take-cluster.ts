import { setTimeout as sleep } from 'node:timers/promises';
import type { DataDir } from './data-dir.js';
import { isLocked, tryLock, type FileLock } from './file-lock.js';
import { LocalPostgresError } from './local-postgres-error.js';

/** Short against the shutdown that is waited for (about 100 ms), long against the cost of a look (under 1 ms). */
const POLL_MS = 50;

/**
 * How long an owner must be seen before it counts as alive. A keeper notices the end of its parent within
 * milliseconds; the rest is for a machine under load. With the start of a process it stays below 3 s.
 */
const OWNER_SEEN_MS = 1_500;

/** A fast shutdown writes one checkpoint; ten seconds is a slow disk. */
const SHUTDOWN_WAIT_MS = 10_000;

/**
 * Makes this process the only one that may touch the cluster, until it ends; the result says that its parent lives,
 * until released.
 *
 * Two locks tell "in use" from "about to be free": an owner releases its own lock first and the cluster's when its
 * Postgres is gone. Both free → ours. Cluster held, owner free → the previous Postgres is shutting down: wait for it.
 * Both held → in use. The operating system frees them for whoever is killed at any point.
 *
 * Throws `data_dir_in_use`, `still_stopping`, and an AbortError once `signal` aborts.
 */
export async function takeCluster(dir: DataDir, signal: AbortSignal): Promise<FileLock> {
  const giveUpAt = performance.now() + SHUTDOWN_WAIT_MS;
  let ownerSeenAt: number | null = null;

  while (tryLock(dir.clusterLock) === null) {
    const now = performance.now();
    ownerSeenAt = isLocked(dir.ownerLock) ? (ownerSeenAt ?? now) : null;
    if (ownerSeenAt !== null && now - ownerSeenAt >= OWNER_SEEN_MS) {
      throw new LocalPostgresError(
        'data_dir_in_use',
        `${dir.root} is in use by another running process: stop that one, or set DATA_DIR to another directory.`,
      );
    }
    if (now >= giveUpAt) {
      throw new LocalPostgresError(
        'still_stopping',
        `The previous PostgreSQL in ${dir.root} is still shutting down after ${SHUTDOWN_WAIT_MS / 1_000} s: try again in a moment.`,
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }

  for (;;) {
    const owner = tryLock(dir.ownerLock);
    if (owner !== null) return owner;
    // Only a newcomer's look at it can be in the way, for microseconds.
    await sleep(1, undefined, { signal });
  }
}
