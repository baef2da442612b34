import { measured, runWrk } from '../load/wrk.js';
import { newRun } from '../load/payload.js';
import { claimKeys } from '../load/seed.js';
import { sideLabels } from '../sides/side.js';
import { CALLERS } from './callers.js';
import type { Case, Contestant } from './case.js';
import { rateTarget } from './targets.js';

/** The ceiling says how many claims will do; its warm-up is slower than its best. */
const CLAIMS_TO_SPARE = 1.6;

const ceiling: Contestant = {
  name: 'noop',
  label: sideLabels.noop,
  side: 'noop',
  measure: async (bench, seconds) => {
    const url = bench.urlOf('noop');
    return measured(
      await runWrk({ url, script: 'complete', args: [newRun()], connections: CALLERS, seconds }),
    );
  },
};

const service: Contestant = {
  name: 'service',
  label: sideLabels.service,
  side: 'service',
  measure: async (bench, seconds) => {
    const run = newRun();
    const ceilingPerSecond = bench.latest('noop')?.perSecond ?? 0;
    await claimKeys(
      bench.databaseUrlOf('service'),
      run,
      Math.ceil(ceilingPerSecond * seconds * CLAIMS_TO_SPARE),
    );
    const url = bench.urlOf('service');
    return measured(await runWrk({ url, script: 'complete', args: [run], connections: CALLERS, seconds }));
  },
};

/** Outcomes of claims that are held: what a call pays after it was executed. */
export const completions: Case = {
  name: 'completions',
  title: 'Completions of claims',
  unit: 'completions',
  generator: 'wrk, 64 callers',
  contestants: [ceiling, service],
  targets: [rateTarget('service', 0.75, ['noop'], 'completions/s ≥ 0.75 × the no-op ceiling')],
};
