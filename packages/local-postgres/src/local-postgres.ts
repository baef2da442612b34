import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeeperEvent, KeeperOrder } from './keeper-protocol.js';
import { readPostmasterFile } from './postmaster-file.js';

const ORPHAN_POLL_MS = 50;

/** A fast shutdown writes one checkpoint; ten seconds is a slow disk. */
const ORPHAN_WAIT_MS = 10_000;

/** A running PostgreSQL that ends with this process, however this process ends. */
export interface LocalPostgres {
  /** Of the superuser, for the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly keeperPid: number;
  readonly postmasterPid: number;
  /** Resolves when the server is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** The URL of another database of the same server; it need not exist. */
  databaseUrl(name: string): string;
  /** Ends sessions, writes a checkpoint, resolves when every process is gone. Can be called again. */
  stop(): Promise<void>;
  /** For tests of faults: kills the postmaster (SIGKILL). Resolves when it is gone; the next start recovers. */
  crash(): Promise<void>;
  /** For tests of faults: nothing answers and connections stay open, until `resume` or `stop`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** What the parent of a keeper holds of a server that is ready. */
export function localPostgresOf(
  keeper: ChildProcess,
  dataDir: string,
  server: { port: number; password: string; postmasterPid: number },
): LocalPostgres {
  const databaseUrl = (name: string): string =>
    `postgres://postgres:${server.password}@127.0.0.1:${server.port}/${encodeURIComponent(name)}`;

  const ended = new Promise<number | null>((resolve) => keeper.once('exit', resolve)).then(async (code) => {
    if (code !== 0) await endOrphan(dataDir, server.postmasterPid);
  });
  const end = async (order: KeeperOrder): Promise<void> => {
    // A process that waits for the end of its database must live until then.
    keeper.ref();
    // An order that cannot be delivered finds the keeper ending already, which is what it asks for.
    if (keeper.connected) keeper.send(order, () => undefined);
    await ended;
  };
  return {
    url: databaseUrl('postgres'),
    port: server.port,
    dataDir,
    keeperPid: keeper.pid ?? 0,
    postmasterPid: server.postmasterPid,
    ended,
    databaseUrl,
    stop: () => end('stop'),
    crash: () => end('crash'),
    pause: () => ask(keeper, 'pause'),
    resume: () => ask(keeper, 'resume'),
  };
}

/** Every planned end of a keeper is a 0. One that was killed left its Postgres running: end that one for it. */
async function endOrphan(dataDir: string, postmasterPid: number): Promise<void> {
  const cluster = join(dataDir, 'postgres');
  const giveUpAt = performance.now() + ORPHAN_WAIT_MS;
  while ((await readPostmasterFile(cluster))?.pid === postmasterPid && performance.now() < giveUpAt) {
    try {
      process.kill(postmasterPid, 'SIGINT');
    } catch {
      // It was killed too, so nothing removes its file.
      return;
    }
    await sleep(ORPHAN_POLL_MS);
  }
}

/** Resolves when the keeper has done it; rejects when it could not, or has ended. */
async function ask(keeper: ChildProcess, order: 'pause' | 'resume'): Promise<void> {
  const asked = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const settle = (event: KeeperEvent): void => {
        if (event.kind === 'paused' || event.kind === 'resumed') resolve();
        if (event.kind === 'refused') reject(new Error(`Cannot ${order} PostgreSQL: ${event.message}`));
      };
      const gone = (): void => reject(new Error(`Cannot ${order} PostgreSQL: it has ended.`));
      asked.signal.addEventListener('abort', () => keeper.off('message', settle).off('exit', gone));
      keeper.on('message', settle).on('exit', gone);
      keeper.send(order, (error) => {
        if (error !== null) gone();
      });
    });
  } finally {
    asked.abort();
  }
}
