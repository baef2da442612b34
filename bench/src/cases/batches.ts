import { runBarePg } from '../load/bare-pg.js';
import { newRun } from '../load/payload.js';
import { measured, runWrk } from '../load/wrk.js';
import { sideLabels } from '../sides/side.js';
import type { Case, Contestant } from './case.js';
import { rateTarget } from './targets.js';

/** Claims a call: what the contract allows. */
const SIZE = 500;

/** A few consumers, each with a batch in flight. */
const CALLERS = 4;

const service: Contestant = {
  name: 'service',
  label: `${sideLabels.service}, POST /v1/claims/batch`,
  side: 'service',
  measure: async (bench, seconds) => {
    const url = bench.urlOf('service');
    const args = [newRun(), SIZE];
    const report = await runWrk({ url, script: 'claim-batch', args, connections: CALLERS, seconds });
    if (report.extra !== report.requests * SIZE) {
      throw new Error(`batches: ${report.extra} of ${report.requests * SIZE} claims were granted`);
    }
    return measured(report, SIZE);
  },
};

const bare: Contestant = {
  name: 'bare-pg',
  label: 'the same statement by bare pg',
  side: 'service',
  measure: (bench, seconds) =>
    runBarePg({
      program: 'bare-batch',
      databaseUrl: bench.databaseUrlOf('service'),
      connections: CALLERS,
      rows: SIZE,
      seconds,
    }),
};

/** Batches of 500 claims. */
export const batches: Case = {
  name: 'batches',
  title: 'Batches of 500 claims',
  unit: 'rows',
  generator: 'wrk, 4 callers; bare pg in its own Node.js process, 4 connections',
  contestants: [service, bare],
  targets: [rateTarget('service', 0.6, ['bare-pg'], 'rows/s ≥ 0.6 × bare pg')],
};
