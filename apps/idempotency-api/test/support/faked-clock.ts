import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Of Debian's package libfaketime, on either architecture that it is built for. */
const LIBRARIES = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`,
);

/** A wall clock of one process's own, right until it is set. */
export interface FakedClock {
  /** What the process is started with. */
  readonly environment: Record<string, string>;
  /** It is off by so many seconds, within a second from now. */
  set(offsetSeconds: number): void;
}

/** A machine without libfaketime fails the test, as nothing is skipped. */
export function fakedClock(): FakedClock {
  const library = LIBRARIES.find((path) => existsSync(path));
  if (!library) throw new Error('these tests need libfaketime: apt-get install faketime');
  const file = join(mkdtempSync(join(inject('scratchDir'), 'clock-')), 'offset');
  const set = (offsetSeconds: number): void => {
    writeFileSync(file, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`);
  };
  set(0);
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      // A clock that is set does not move the monotonic one.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
