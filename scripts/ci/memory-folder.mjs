import { chmodSync, mkdtempSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';

/** What the data of all servers of a run takes at the most, with room to spare. */
const NEEDED_BYTES = 4 * 1024 ** 3;

/**
 * A new folder in memory, to be removed by the caller; undefined where there is none with enough room. Servers of tests that keep
 * their data there are what they are elsewhere, `fsync` included, and wait for no disk that somebody else writes to: tests end
 * processes, not machines.
 *
 * @returns {string | undefined}
 */
export function memoryFolder() {
  if (!allowsPrograms() || roomBytes() < NEEDED_BYTES || process.availableMemory() < NEEDED_BYTES)
    return undefined;
  const folder = mkdtempSync(join(MEMORY, 'infra-services-'));
  // Started by root, PostgreSQL is another user.
  chmodSync(folder, 0o755);
  return folder;
}

/** Tests write programs, and run them. */
function allowsPrograms() {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '));
    const [, , type, options] = mounts.findLast(([, folder]) => folder === MEMORY) ?? [];
    return type === 'tmpfs' && options !== undefined && !options.split(',').includes('noexec');
  } catch {
    return false;
  }
}

function roomBytes() {
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize;
}
