import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalPostgresError } from './local-postgres-error.js';
import type { OsUser } from './os-user.js';
import { postgresBinaries } from './postgres-binaries.js';
import { readPostmasterFile } from './postmaster-file.js';
import { probe } from './probe.js';
import { serverArguments } from './server-settings.js';
import { tellingLine } from './telling-line.js';

/** A cluster that was shut down is up in about 100 ms. */
const POLL_MS = 25;

/** Recovery after a crash replays at most max_wal_size (1 GB); two minutes is a slow disk. */
const START_TIMEOUT_MS = 120_000;

/** A checkpoint of everything in memory, on a slow disk. Past that, shared memory is given up and recovered from WAL. */
const FAST_SHUTDOWN_MS = 30_000;

/** Lines of output kept to explain a failed start. */
const LOG_LINES_KEPT = 20;

interface Launch {
  cluster: string;
  port: number;
  password: string;
  settings: Readonly<Record<string, string>>;
  osUser: OsUser | null;
  /** Pid of a postmaster that did not shut down, see `endLeftover`. */
  leftoverPid: number | null;
  onLog: (line: string) => void;
  signal: AbortSignal;
}

/** A running server process, the parent of all others of its cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Fast shutdown: ends sessions, writes a checkpoint. Resolves when it has ended. */
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts the server and waits until it answers a query. Throws `start_failed` with the line that it ended with, and an
 * AbortError once `signal` aborts; either way nothing is left running.
 */
export async function launchPostmaster(launch: Launch): Promise<Postmaster> {
  const { postgres } = await postgresBinaries();
  const child = spawn(postgres, serverArguments(launch.cluster, launch.port, launch.settings), {
    ...launch.osUser,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: launch.leftoverPid === null ? process.env : withGrandparent(launch.leftoverPid),
  });
  const lines = collectLines(child, launch.onLog);
  const exited = once(child, 'exit').then(
    () => undefined,
    (error: unknown) => void lines.push(String(error)),
  );
  const postmaster: Postmaster = {
    pid: child.pid ?? 0,
    port: launch.port,
    exited,
    stop: () => stopFast(child, exited),
    kill: (signal) => void child.kill(signal),
  };
  try {
    await untilAnswering(child, exited, launch, lines);
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
  return postmaster;
}

/**
 * Postgres refuses to start while the pid in an old postmaster.pid is alive, and that pid may by now be anybody's: after
 * a container restarts it usually is. Naming it here (as `pg_ctl` names its own parent) makes Postgres look at the old
 * shared memory alone, which is in use exactly while processes of the old server live.
 */
function withGrandparent(leftoverPid: number): NodeJS.ProcessEnv {
  return { ...process.env, PG_GRANDPARENT_PID: String(leftoverPid) };
}

function collectLines(child: ChildProcess, onLog: (line: string) => void): string[] {
  const lines: string[] = [];
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LOG_LINES_KEPT) lines.shift();
      onLog(line);
    });
  }
  return lines;
}

async function untilAnswering(
  child: ChildProcess,
  exited: Promise<void>,
  launch: Launch,
  lines: string[],
): Promise<void> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  let refusal: string | null = null;
  for (;;) {
    // The file first: every login before it says so would leave a FATAL line in the log.
    const file = await readPostmasterFile(launch.cluster);
    if (file?.pid === child.pid && file?.ready === true) {
      const found = await probe(launch.port, launch.password);
      if (found.kind === 'answers') return;
      if (found.kind === 'not_ours') refusal = found.error.message;
    }
    launch.signal.throwIfAborted();
    if (child.pid === undefined || hasEnded(child)) {
      await exited;
      throw new LocalPostgresError('start_failed', `PostgreSQL did not start: ${tellingLine(lines)}`);
    }
    if (performance.now() >= giveUpAt) {
      throw new LocalPostgresError(
        'start_failed',
        `PostgreSQL does not answer ${START_TIMEOUT_MS / 1_000} s after its start: ${refusal ?? tellingLine(lines)}`,
      );
    }
    await Promise.race([sleep(POLL_MS), exited]);
  }
}

async function stopFast(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGINT');
  const tooLong = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
  await exited;
  clearTimeout(tooLong);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
