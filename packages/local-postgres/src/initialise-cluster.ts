import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cannotWrite, type DataDir } from './data-dir.js';
import { LocalPostgresError } from './local-postgres-error.js';
import type { OsUser } from './os-user.js';
import { postgresBinaries } from './postgres-binaries.js';
import { tellingLine } from './telling-line.js';

/** Names of directories in which a cluster is being made. One without a process is rubbish, whoever left it. */
const STAGING_PREFIX = 'postgres.initialising-';

/** 24 bytes, 32 characters; enough that nobody guesses it, and safe in a URL. */
const PASSWORD_BYTES = 24;

interface Initialisation {
  dir: DataDir;
  osUser: OsUser | null;
  /** Whether files are forced to disk; false only for clusters that nobody keeps. */
  durable: boolean;
  onLog: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Makes a cluster with a random superuser password. The caller holds the cluster lock.
 *
 * It is made aside and renamed into place, password first: `initdb` writes PG_VERSION early, so a killed one leaves what
 * looks like a cluster and is none. A kill before the last rename leaves only a staging directory. Throws `data_dir_unusable`, `start_failed`, and an AbortError once `signal` aborts.
 */
export async function initialiseCluster(work: Initialisation): Promise<void> {
  const { dir, osUser } = work;
  const staging = await mkdtemp(join(dir.root, STAGING_PREFIX)).catch((error: unknown) => {
    throw cannotWrite(dir.root, error);
  });
  const made = { cluster: join(staging, 'postgres'), password: join(staging, 'postgres.password') };
  try {
    await writePassword(made.password);
    if (osUser !== null) {
      await chown(staging, osUser.uid, osUser.gid);
      await chown(made.password, osUser.uid, osUser.gid);
    }
    await runInitdb(made, work);
    work.signal.throwIfAborted();
    await rename(made.password, dir.password);
    await rename(made.cluster, dir.cluster);
    // Else a power cut could undo the rename after commits into the cluster were acknowledged.
    await syncDirectory(dir.root);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Removes what killed initialisations left; the caller holds the cluster lock. What cannot be removed costs space only
 * and goes with a later start: the `initdb` of a keeper that was just killed may still be writing into it.
 */
export async function removeAbandonedStaging(dir: DataDir): Promise<void> {
  const names = (await readdir(dir.root)).filter((name) => name.startsWith(STAGING_PREFIX));
  await Promise.allSettled(names.map((name) => rm(join(dir.root, name), { recursive: true, force: true })));
}

async function writePassword(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(PASSWORD_BYTES).toString('base64url')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function runInitdb(made: { cluster: string; password: string }, work: Initialisation): Promise<void> {
  const { initdb } = await postgresBinaries();
  const process = spawn(
    initdb,
    [
      `--pgdata=${made.cluster}`,
      '--username=postgres',
      `--pwfile=${made.password}`,
      '--auth=scram-sha-256',
      // The same cluster on every machine: the collation of LANG would decide what an index and ORDER BY do.
      '--encoding=UTF8',
      '--locale=C',
      ...(work.durable ? [] : ['--no-sync']),
    ],
    { ...work.osUser, cwd: work.dir.root, stdio: ['ignore', 'pipe', 'pipe'], signal: work.signal },
  );
  const lines: string[] = [];
  for (const output of [process.stdout, process.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line);
      work.onLog(line);
    });
  }
  // An abort is an 'error' before the process has ended; its end is waited for, so that nothing writes after us.
  const spawnError = await new Promise<Error | null>((resolve) => {
    process.on('error', (error) => {
      if (error.name !== 'AbortError') resolve(error);
    });
    process.on('close', () => resolve(null));
  });
  work.signal.throwIfAborted();
  if (spawnError !== null || process.exitCode !== 0) {
    throw new LocalPostgresError(
      'start_failed',
      `PostgreSQL could not initialise ${work.dir.cluster}: ${spawnError?.message ?? tellingLine(lines)}`,
      { cause: spawnError },
    );
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
