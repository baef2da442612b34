import { runWrk, measured } from '../load/wrk.js';
import { newRun } from '../load/payload.js';
import type { Measurement } from '../load/measurement.js';
import { sideLabels, type SideName } from '../sides/side.js';
import type { Contestant } from './case.js';

/** The measure: callers that each send their next call when their last one is answered. */
export const CALLERS = 64;

/** A side that is sent claims with keys of their own. */
export function claiming(side: SideName, connections = CALLERS): Contestant {
  return {
    name: side,
    label: sideLabels[side],
    side,
    measure: (bench, seconds) => claim(bench.urlOf(side), connections, seconds),
  };
}

/** Claims with keys of their own. */
export async function claim(url: string, connections: number, seconds: number): Promise<Measurement> {
  return measured(await runWrk({ url, script: 'claim', args: [newRun(), 0], connections, seconds }));
}
