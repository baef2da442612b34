import { claimOf, newRun } from '../load/payload.js';
import { callKeys, completeKeys } from '../load/seed.js';
import { measured, runWrk } from '../load/wrk.js';
import { sideLabels } from '../sides/side.js';
import { CALLERS } from './callers.js';
import type { Case, Contestant } from './case.js';
import { rateTarget } from './targets.js';

/** Completed keys that take turns. */
const KEYS = 10_000;

/** The keys of this process; each side has its own store. */
const run = newRun();

const ceiling: Contestant = {
  name: 'noop',
  label: sideLabels.noop,
  side: 'noop',
  measure: async (bench, seconds) => {
    const url = bench.urlOf('noop');
    const args = [run, KEYS];
    return measured(await runWrk({ url, script: 'claim', args, connections: CALLERS, seconds }));
  },
};

const service: Contestant = {
  name: 'service',
  label: sideLabels.service,
  side: 'service',
  prepare: async (bench) => {
    await completeKeys(bench.urlOf('service'), run, KEYS);
  },
  measure: async (bench, seconds) => {
    const url = bench.urlOf('service');
    const args = [run, KEYS];
    return measured(await runWrk({ url, script: 'claim', args, connections: CALLERS, seconds }));
  },
  prove: async (bench) => {
    const response = await fetch(`${bench.urlOf('service')}/v1/claims`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(claimOf(run, 0)),
    });
    await response.text();
    if (response.status !== 200 || response.headers.get('idempotent-replayed') !== 'true') {
      throw new Error(`replays: a completed key was answered with ${response.status}`);
    }
  },
};

/** A peer that executes a call and remembers its outcome under the key in the header. */
function peer(side: 'node-idempotency' | 'powertools'): Contestant {
  return {
    name: side,
    label: sideLabels[side],
    side,
    prepare: async (bench) => {
      await callKeys(`${bench.urlOf(side)}/payments/charge`, run, KEYS);
    },
    measure: async (bench, seconds) => {
      const url = bench.urlOf(side);
      const args = ['/payments/charge', run, KEYS];
      return measured(await runWrk({ url, script: 'keyed', args, connections: CALLERS, seconds }));
    },
    prove: async (bench) => {
      const response = await fetch(`${bench.urlOf(side)}/executions`);
      const { executions } = (await response.json()) as { executions: number };
      if (executions !== KEYS)
        throw new Error(`replays: ${side} executed ${executions} times for ${KEYS} keys`);
    },
  };
}

/** Keys that are completed: what a duplicate pays. */
export const replays: Case = {
  name: 'replays',
  title: 'Replays over 10,000 completed keys',
  unit: 'replays',
  generator: 'wrk, 64 callers',
  contestants: [ceiling, service, peer('node-idempotency'), peer('powertools')],
  targets: [rateTarget('service', 0.9, ['noop'], 'replays/s ≥ 0.9 × the no-op ceiling')],
};
