import { DatabaseSync } from 'node:sqlite';
import { cannotWrite } from './data-dir.js';

const SQLITE_BUSY = 5;

export interface FileLock {
  release(): void;
}

/**
 * Every lock this process holds. The set is what keeps their handles alive: a lock that only an unused variable refers
 * to would be closed, and so lost, by the garbage collector.
 */
const held = new Set<FileLock>();

/**
 * An exclusive lock on a file, or null while another process holds it. Throws `data_dir_unusable` where the file cannot
 * be opened for writing.
 *
 * The operating system ends it with the process that holds it, however that process ends, so a lock is never stale and
 * no pid needs to be believed. Node has no call for file locks; SQLite, which is part of Node, takes one for an exclusive
 * transaction. Nothing is ever stored in the file.
 */
export function tryLock(path: string): FileLock | null {
  let handle: DatabaseSync | null = null;
  try {
    handle = new DatabaseSync(path, { timeout: 0 });
    // Else a journal file would lie beside the lock and outlive a killed holder.
    handle.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    handle?.close();
    if (isBusy(error)) return null;
    throw cannotWrite(path, error);
  }
  return hold(handle);
}

/** Whether another process holds the lock at this moment. */
export function isLocked(path: string): boolean {
  const lock = tryLock(path);
  lock?.release();
  return lock === null;
}

function hold(handle: DatabaseSync): FileLock {
  const lock = {
    release: () => {
      if (held.delete(lock)) handle.close();
    },
  };
  held.add(lock);
  return lock;
}

function isBusy(error: unknown): boolean {
  // The low byte is the error; the rest says more about it.
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
