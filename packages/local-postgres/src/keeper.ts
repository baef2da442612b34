import { openDataDir } from './data-dir.js';
import { freezeServer, type FrozenServer } from './frozen-server.js';
import type { KeeperEvent, KeeperOptions, KeeperOrder } from './keeper-protocol.js';
import { LocalPostgresError } from './local-postgres-error.js';
import { startCluster } from './start-cluster.js';
import { takeCluster } from './take-cluster.js';

/**
 * The process between a program and its Postgres, one for each: it ends the Postgres when the program stops or is gone.
 * A program cannot promise that for itself, since nothing of it runs after a SIGKILL. A session of its own keeps
 * Ctrl-C from it, so the program can finish its work while the database still answers.
 *
 *     take both locks ──► initialise ──► end a leftover ──► start ──► ready
 *           │                 │                │              │         │  stop ordered, channel closed,
 *           │ in use          └────────┬───────┴──────────────┘         │  signal, or Postgres ended
 *           ▼                          ▼ the same                       ▼
 *         failed                  owner lock released ──► fast shutdown ──► exit, which frees the cluster lock
 *
 * Killed itself, it leaves a Postgres behind: its parent ends that one, or the next start does (`endLeftover`).
 */
const ending = new AbortController();
const orders: Partial<Record<KeeperOrder, () => void>> = { stop: () => ending.abort() };

process.on('disconnect', () => ending.abort());
process.on('message', (order: KeeperOrder) => orders[order]?.());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());

await keep(JSON.parse(process.argv[2] ?? '{}') as KeeperOptions).catch(reportFailure);
// The channel would keep this process alive; and every planned end is a 0, however the start went.
process.exit(0);

async function keep(options: KeeperOptions): Promise<void> {
  const dir = await openDataDir(options.dataDir);
  const owner = await takeCluster(dir, ending.signal);
  ending.signal.addEventListener('abort', () => owner.release());
  // An abort before the listener was there.
  ending.signal.throwIfAborted();

  const onLog = (line: string): void => void tell({ kind: 'log', line });
  const { postmaster, password } = await startCluster(dir, options, onLog, ending.signal);

  let frozen: FrozenServer | null = null;
  const thaw = async (): Promise<void> => {
    await frozen?.thaw();
    frozen = null;
  };
  orders.crash = () => postmaster.kill('SIGKILL');
  orders.pause = () =>
    void answer('paused', async () => {
      frozen ??= await freezeServer(postmaster, password);
    });
  orders.resume = () => void answer('resumed', thaw);

  await tell({ kind: 'ready', port: postmaster.port, password, postmasterPid: postmaster.pid });
  await Promise.race([aborted(ending.signal), postmaster.exited]);
  await thaw();
  await postmaster.stop();
}

async function answer(done: 'paused' | 'resumed', work: () => Promise<void>): Promise<void> {
  try {
    await work();
    await tell({ kind: done });
  } catch (error) {
    await tell({ kind: 'refused', message: String(error) });
  }
}

async function reportFailure(error: unknown): Promise<void> {
  if (error instanceof LocalPostgresError) {
    await tell({ kind: 'failed', problem: error.problem, message: error.message });
  } else {
    await tell({
      kind: 'failed',
      problem: 'start_failed',
      message: `PostgreSQL did not start: ${String(error)}`,
    });
  }
}

/** Resolves when the event has left, or cannot: a parent that is gone needs no answer. */
async function tell(event: KeeperEvent): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((resolve) => process.send?.(event, () => resolve()));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
