import { setTimeout as sleep } from 'node:timers/promises';
import type { KeeperOptions } from './keeper-protocol.js';
import { hasCluster, readPassword, type DataDir } from './data-dir.js';
import { endLeftover } from './end-leftover.js';
import { initialiseCluster, removeAbandonedStaging } from './initialise-cluster.js';
import { LocalPostgresError } from './local-postgres-error.js';
import { freePort, portObstacle } from './loopback-port.js';
import { assertReachable, postgresOsUser } from './os-user.js';
import { launchPostmaster, type Postmaster } from './postmaster.js';

/** How long processes of a killed server may live on: one that computes notices the end of its postmaster late. */
const LEFTOVER_BACKENDS_MS = 10_000;

const RETRY_MS = 250;

/** Ports tried before giving up on finding one that nobody takes meanwhile. */
const PORT_ATTEMPTS = 5;

/** The caller holds the cluster lock. Initialises where needed, clears what a crash left, starts. */
export async function startCluster(
  dir: DataDir,
  options: KeeperOptions,
  onLog: (line: string) => void,
  signal: AbortSignal,
): Promise<{ postmaster: Postmaster; password: string }> {
  const osUser = await postgresOsUser();
  if (osUser !== null) await assertReachable(dir.root, osUser);
  await removeAbandonedStaging(dir);
  if (!(await hasCluster(dir))) {
    const durable = options.settings.fsync !== 'off';
    await initialiseCluster({ dir, osUser, durable, onLog, signal });
  }
  const password = await readPassword(dir);
  const leftoverPid = await endLeftover(dir, password, signal);
  const retryUntil = performance.now() + (leftoverPid === null ? 0 : LEFTOVER_BACKENDS_MS);

  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      await assertPortUsable(port);
      return {
        postmaster: await launchPostmaster({
          cluster: dir.cluster,
          port,
          password,
          settings: options.settings,
          osUser,
          leftoverPid,
          onLog,
          signal,
        }),
        password,
      };
    } catch (error) {
      signal.throwIfAborted();
      const lostPort = options.port === undefined && (await portObstacle(port)) !== null;
      const again = lostPort ? attempt < PORT_ATTEMPTS : performance.now() < retryUntil;
      if (!again) throw error;
    }
    await sleep(RETRY_MS, undefined, { signal });
  }
}

async function assertPortUsable(port: number): Promise<void> {
  const obstacle = await portObstacle(port);
  if (obstacle === null) return;
  throw new LocalPostgresError(
    'port_unusable',
    `Cannot listen on 127.0.0.1:${port} (${obstacle}): stop what uses it, or choose another port.`,
  );
}
