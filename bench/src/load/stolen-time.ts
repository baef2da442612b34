import { readFileSync } from 'node:fs';

interface Ticks {
  readonly all: number;
  /** Taken by the host for others while a virtual core had work to do. */
  readonly stolen: number;
}

/**
 * The share of the cores' time that the host gave to others, since this was called (proc(5), `steal`): figures of a
 * machine that was disturbed are read with that in mind. The function tells null where the system does not say.
 */
export function watchStolenTime(): () => number | null {
  const before = readTicks();
  return () => {
    const after = readTicks();
    if (before === undefined || after === undefined || after.all === before.all) return null;
    return (after.stolen - before.stolen) / (after.all - before.all);
  };
}

function readTicks(): Ticks | undefined {
  let line: string;
  try {
    [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  } catch {
    return undefined;
  }
  // user, nice, system, idle, iowait, irq, softirq, steal; guests, which follow, are in user and nice already.
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
}
