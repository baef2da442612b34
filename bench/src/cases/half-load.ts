import { newRun } from '../load/payload.js';
import { measured, runWrk } from '../load/wrk.js';
import { sideLabels, type SideName } from '../sides/side.js';
import { CALLERS, claim } from './callers.js';
import type { Case, Contestant } from './case.js';

/** Many more than calls in flight at half load, so that each call is sent at its moment. */
const CONNECTIONS = 256;

/** As long as it ever was: the shorter a round, the fewer of them a stall of the disk comes to, and their median forgets it. */
const SECONDS = 2;

/** A side at its maximum, and at half of that: the latter follows the former within a second or two, as the host changes. */
function atHalfOfItsRate(side: SideName): readonly [flatOut: Contestant, half: Contestant] {
  const flatOut: Contestant = {
    name: `${side}-flat-out`,
    label: `${sideLabels[side]}, 64 callers flat out`,
    side,
    measure: (bench, seconds) => claim(bench.urlOf(side), CALLERS, seconds),
  };
  const half: Contestant = {
    name: `${side}-half`,
    label: `${sideLabels[side]}, half of that rate`,
    side,
    measure: async (bench) => {
      const url = bench.urlOf(side);
      const rate = Math.round((bench.latest(flatOut.name)?.perSecond ?? 0) / 2);
      const args = [newRun(), rate];
      const report = await runWrk({
        url,
        script: 'paced-claim',
        args,
        connections: CONNECTIONS,
        seconds: SECONDS,
      });
      return measured(report);
    },
  };
  return [flatOut, half];
}

const [flatOut, half] = atHalfOfItsRate('service');

/**
 * Answer times of a service that is not saturated. The no-op route, which waits for nothing, shows what the machine does to any
 * process on it.
 */
export const halfLoad: Case = {
  name: 'half-load',
  title: 'Claims at half of the maximum load',
  unit: 'claims',
  generator: 'wrk, each call at its moment of a fixed rate, over 256 connections',
  contestants: [flatOut, half, ...atHalfOfItsRate('noop')],
  targets: [
    {
      text: 'at half load p99 ≤ 5 × p50',
      atMost: 5,
      held: 'median',
      figure: (round) => {
        const measurement = round.get(half.name);
        return measurement && measurement.p99Ms / measurement.p50Ms;
      },
    },
  ],
};
