import { newRun } from '../load/payload.js';
import { measured, runWrk } from '../load/wrk.js';
import { sideLabels } from '../sides/side.js';
import type { Case, Contestant } from './case.js';

const CALLERS = 1_000;

/** What `Retry-After` of the answers says, in milliseconds. */
const RETRY_AFTER_MS = 1_000;

/** Long enough for those who wait as told to ask a second time. */
const SECONDS = 2;

const obedient = callers('obedient', 'callers who wait as told', RETRY_AFTER_MS);
const impatient = callers('impatient', 'callers who ask again at once', 0);

/** Everybody wants the same key. */
export const hotKey: Case = {
  name: 'hot-key',
  title: '1,000 new callers on one key',
  unit: 'answers',
  generator: 'wrk, 1,000 callers',
  contestants: [obedient, impatient],
  targets: [
    {
      text: 'every answer within 1 s (worst, ms)',
      atMost: 1_000,
      held: 'largest',
      figure: (round) => round.get(obedient.name)?.maxMs,
    },
    {
      text: 'every answer within 1 s, callers who ask again at once (worst, ms)',
      atMost: 1_000,
      held: 'largest',
      figure: (round) => round.get(impatient.name)?.maxMs,
    },
    {
      text: 'answers that are neither 201 nor 409 = 0',
      atMost: 0,
      held: 'largest',
      figure: (round) => {
        const [waiting, hurrying] = [obedient, impatient].map(({ name }) => round.get(name)?.failed);
        return waiting === undefined || hurrying === undefined ? undefined : waiting + hurrying;
      },
    },
  ],
};

function callers(name: string, label: string, pauseMs: number): Contestant {
  return {
    name,
    label: `${sideLabels.service}, ${label}`,
    side: 'service',
    measure: async (bench) => {
      const url = bench.urlOf('service');
      const args = [newRun(), CALLERS, pauseMs];
      const report = await runWrk({ url, script: 'hot-key', args, connections: CALLERS, seconds: SECONDS });
      // 409 is the right answer to all but one; the script counts the wrong ones.
      return { ...measured(report), failed: report.extra + report.broken };
    },
  };
}
