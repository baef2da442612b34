import { CALLERS, claim } from '../cases/callers.js';
import type { Case, Contestant } from '../cases/case.js';
import { rateTarget } from '../cases/targets.js';
import type { Measurement } from '../load/measurement.js';
import { startServiceOn } from '../sides/start-service.js';
import type { Stores } from '../sides/stores.js';
import { count } from '../report/numbers.js';
import { countExpired, pauseSweep } from './table-size.js';

/** For a service that is not to sweep while it is measured: a day. */
export const NO_SWEEP = { SWEEP_INTERVAL_MS: '86400000' };

/** One sweep after the other, as long as anything is over. */
const SWEEP_ALL_THE_TIME = { SWEEP_INTERVAL_MS: '100' };

/** A service that has just started; long enough for the sweep to start too. */
const WARM_UP_SECONDS = 1;

/** Claims beside a sweep of many expired records, and without it. No service runs on the database meanwhile. */
export function sweepDuringClaims(stores: Stores, databaseUrl: string, expired: number): Case {
  const measureClaims = async (seconds: number): Promise<Measurement> => {
    const service = await startServiceOn(stores, 'service-sweep', databaseUrl, SWEEP_ALL_THE_TIME);
    try {
      await claim(service.url, CALLERS, WARM_UP_SECONDS);
      return await claim(service.url, CALLERS, seconds);
    } finally {
      await service.stop();
    }
  };
  const sweeping: Contestant = {
    name: 'sweep',
    label: 'while expired records are swept',
    measure: async (_bench, seconds) => {
      await pauseSweep(databaseUrl, false);
      const before = await countExpired(databaseUrl);
      const measurement = await measureClaims(seconds);
      const after = await countExpired(databaseUrl);
      if (after === before) throw new Error('the sweep swept nothing');
      if (after === 0) throw new Error('the sweep ran out of expired records: give more with --expired');
      console.log(`  ${count(before - after)} records swept beside ${count(measurement.calls)} claims`);
      return measurement;
    },
  };
  const quiet: Contestant = {
    name: 'no-sweep',
    label: 'without a sweep',
    measure: async (_bench, seconds) => {
      await pauseSweep(databaseUrl, true);
      return measureClaims(seconds);
    },
  };
  return {
    name: 'scale-sweep',
    title: `Claims during a sweep of ${expired.toLocaleString('en-US')} expired records`,
    unit: 'claims',
    generator: 'wrk, 64 callers',
    contestants: [quiet, sweeping],
    targets: [rateTarget('sweep', 0.8, ['no-sweep'], 'claims/s ≥ 0.8 × those without the sweep')],
  };
}
