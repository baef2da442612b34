import { runBarePg } from '../load/bare-pg.js';
import { claiming } from './callers.js';
import type { Case, Contestant } from './case.js';

const bare: Contestant = {
  name: 'bare-pg',
  label: 'one bare pg INSERT',
  side: 'service',
  measure: (bench, seconds) =>
    runBarePg({
      program: 'bare-insert',
      databaseUrl: bench.databaseUrlOf('service'),
      connections: 1,
      rows: 1,
      seconds,
    }),
};

/** Nobody to share a statement with: what batching must not cost. */
export const alone: Case = {
  name: 'alone',
  title: 'One caller alone',
  unit: 'calls',
  generator: 'wrk, 1 caller; bare pg in its own Node.js process, 1 connection',
  contestants: [claiming('noop', 1), claiming('service', 1), bare],
  targets: [
    {
      text: 'p50 of a claim ≤ 1.3 × (no-op p50 + bare INSERT p50)',
      atMost: 1.3,
      held: 'median',
      figure: (round) => {
        const [noop, service, insert] = ['noop', 'service', 'bare-pg'].map((name) => round.get(name)?.p50Ms);
        if (noop === undefined || service === undefined || insert === undefined) return undefined;
        return service / (noop + insert);
      },
    },
  ],
};
