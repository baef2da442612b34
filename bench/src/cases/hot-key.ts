import { newRun } from '../load/payload.js';
import { measured, runWrk } from '../load/wrk.js';
import { sideLabels } from '../sides/side.js';
import type { Case, Contestant } from './case.js';

const CALLERS = 1_000;

const service: Contestant = {
  name: 'service',
  label: sideLabels.service,
  side: 'service',
  measure: async (bench, seconds) => {
    const url = bench.urlOf('service');
    const report = await runWrk({ url, script: 'hot-key', args: [newRun()], connections: CALLERS, seconds });
    // 409 is the right answer to all but one; the script counts the wrong ones.
    return { ...measured(report), failed: report.extra + report.broken };
  },
};

/** Everybody wants the same key. */
export const hotKey: Case = {
  name: 'hot-key',
  title: '1,000 callers on one key',
  unit: 'answers',
  generator: 'wrk, 1,000 callers',
  contestants: [service],
  targets: [
    {
      text: 'every answer within 1 s (worst, ms)',
      atMost: 1_000,
      figure: (summaries) => summaries.get('service')?.worstMs,
    },
    {
      text: 'answers that are neither 201 nor 409 = 0',
      atMost: 0,
      figure: (summaries) => summaries.get('service')?.failed,
    },
  ],
};
