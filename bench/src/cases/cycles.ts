import { newRun } from '../load/payload.js';
import { claimKeys } from '../load/seed.js';
import { measured, runWrk } from '../load/wrk.js';
import { sideLabels } from '../sides/side.js';
import { CALLERS } from './callers.js';
import type { Case, Contestant } from './case.js';
import { rateTarget } from './targets.js';

/** Claims between a claim and its completion; far more than calls in flight, so that it has been answered. */
const AHEAD = 4_096;

const service: Contestant = {
  name: 'service',
  label: `${sideLabels.service} (2 calls a cycle)`,
  side: 'service',
  measure: async (bench, seconds) => {
    const run = newRun();
    await claimKeys(bench.databaseUrlOf('service'), run, AHEAD);
    const url = bench.urlOf('service');
    const report = await runWrk({ url, script: 'cycle', args: [run, AHEAD], connections: CALLERS, seconds });
    return measured(report, 1 / 2);
  },
};

/** A peer whose one call is the whole cycle. */
function peer(side: 'dbos' | 'restate'): Contestant {
  return {
    name: side,
    label: sideLabels[side],
    side,
    measure: async (bench, seconds) => {
      const url = bench.urlOf(side);
      const args = ['/payments/charge', newRun(), 0];
      return measured(await runWrk({ url, script: 'keyed', args, connections: CALLERS, seconds }));
    },
  };
}

/** One execution from its claim to its stored outcome. */
export const cycles: Case = {
  name: 'cycles',
  title: 'Whole cycles: claim, execute, complete',
  unit: 'cycles',
  generator: 'wrk, 64 callers',
  contestants: [service, peer('dbos'), peer('restate')],
  targets: [rateTarget('service', 6, ['dbos', 'restate'], 'cycles/s ≥ 6 × the better of DBOS and Restate')],
};
