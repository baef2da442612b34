import { newRun } from '../load/payload.js';
import { measured, runWrk } from '../load/wrk.js';
import { sideLabels } from '../sides/side.js';
import { CALLERS, claim } from './callers.js';
import type { Case, Contestant } from './case.js';

/** Many more than calls in flight at half load, so that each call is sent at its moment. */
const CONNECTIONS = 256;

/** As long as it ever was: the shorter a round, the fewer of them a stall of the disk comes to, and their median forgets it. */
const SECONDS = 2;

const flatOut: Contestant = {
  name: 'flat-out',
  label: `${sideLabels.service}, 64 callers flat out`,
  side: 'service',
  measure: (bench, seconds) => claim(bench.urlOf('service'), CALLERS, seconds),
};

const half: Contestant = {
  name: 'half',
  label: `${sideLabels.service}, half of that rate`,
  side: 'service',
  measure: async (bench) => {
    const url = bench.urlOf('service');
    const rate = Math.round((bench.latest('flat-out')?.perSecond ?? 0) / 2);
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

/** Answer times of a service that is not saturated. */
export const halfLoad: Case = {
  name: 'half-load',
  title: 'Claims at half of the maximum load',
  unit: 'claims',
  generator: 'wrk, each call at its moment of a fixed rate, over 256 connections',
  contestants: [flatOut, half],
  targets: [
    {
      text: 'at half load p99 ≤ 5 × p50',
      atMost: 5,
      held: 'median',
      figure: (round) => {
        const measurement = round.get('half');
        return measurement && measurement.p99Ms / measurement.p50Ms;
      },
    },
  ],
};
