import { announce } from '../process/announce.js';
import type { CrashPoint } from './crash-points.js';

/**
 * Marks a place between two steps. Nothing happens here, except that
 *
 * - `CRASH_AT=<point>` kills the process, as a power cut would: nothing is flushed, closed or said goodbye to;
 * - `PAUSE_AT=<point>` keeps the first one to get here until the parent process says `continue`, so that something
 *   else can be killed meanwhile. Others pass.
 */
export async function reach(point: CrashPoint): Promise<void> {
  if (process.env.CRASH_AT === point) process.kill(process.pid, 'SIGKILL');
  if (process.env.PAUSE_AT !== point || paused) return;
  paused = true;
  const resumed = new Promise<void>((resume) => process.once('message', () => resume()));
  announce({ kind: 'paused', at: point });
  await resumed;
}

let paused = false;
