import { open, readFile, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import type { TokenEntry } from '@infra-services/idempotency-contract';
import { Failure } from '../failure.js';
import { readTokensFile } from './read-tokens-file.js';

/**
 * Adds the entry to a tokens file that exists. Whoever reads it meanwhile, the service above all, reads the old file or the
 * new one, whole: it is written beside the old one, with the mode and the owner of that, and renamed over it.
 *
 * The name of the new file is the lock: of two writers at once, the second one is refused rather than the first one's entry
 * lost. Throws a `USAGE` failure, with the file as it was, for a file that is missing, bad or not ours to write.
 */
export async function addToTokensFile(path: string, entry: TokenEntry): Promise<void> {
  try {
    // Of a link, the file that it leads to.
    await replace(await realpath(path), entry);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Failure('USAGE', `Cannot write ${path}: ${error.message}`, {
      action: error.code === 'EEXIST' ? WRITTEN_BY_ANOTHER : 'Nothing was changed',
      cause: error,
    });
  }
}

const WRITTEN_BY_ANOTHER = 'Another idem writes it; if none does, remove what a killed one left behind';

async function replace(path: string, entry: TokenEntry): Promise<void> {
  const successor = `${path}.new`;
  // Nobody else may read it before it has the old one's mode.
  const handle = await open(successor, 'wx', 0o600);
  try {
    try {
      const { tokens } = readTokensFile(await readFile(path));
      await handle.writeFile(`${JSON.stringify({ tokens: [...tokens, entry] }, null, 2)}\n`);
      await takeAfter(handle, path);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(successor, path);
  } catch (error) {
    await rm(successor, { force: true });
    throw error;
  }
}

/** Owner first, as changing it takes rights away. */
async function takeAfter(handle: FileHandle, path: string): Promise<void> {
  const former = await open(path);
  try {
    const [now, then] = await Promise.all([handle.stat(), former.stat()]);
    if (now.uid !== then.uid || now.gid !== then.gid) await handle.chown(then.uid, then.gid);
    await handle.chmod(then.mode & 0o7777);
  } finally {
    await former.close();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
