import { claiming } from './callers.js';
import type { Case } from './case.js';
import { rateTarget } from './targets.js';

/** New keys: what a call that is to be executed pays before it is. */
export const claims: Case = {
  name: 'claims',
  title: 'Claims of new keys',
  unit: 'claims',
  generator: 'wrk, 64 callers',
  contestants: [claiming('noop'), claiming('noop-in-stages'), claiming('service'), claiming('hand-rolled')],
  targets: [
    rateTarget('service', 0.75, ['noop'], 'claims/s ≥ 0.75 × the no-op ceiling'),
    rateTarget('service', 2.5, ['hand-rolled'], 'claims/s ≥ 2.5 × the hand-rolled service'),
  ],
};
