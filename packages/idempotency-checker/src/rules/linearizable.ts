import type { RecordHistory } from '../history/history.js';
import { linearize, SEARCH_BOUND } from '../search/linearize.js';
import type { Finding } from './rule.js';

export const linearizableName = 'linearizable';

/** Whether all answers about the record are those of the state machine, one call at a time. */
export function checkLinearizable(
  { calls }: RecordHistory,
  bound = SEARCH_BOUND,
): 'linearizable' | 'undecided' | Finding {
  const verdict = linearize(calls, bound);
  if (verdict.kind !== 'impossible') return verdict.kind;
  return {
    what: `no order explains the answers; the longest leads to ${JSON.stringify(verdict.state)} and finds no place for these`,
    calls: verdict.stuckAt.map(({ id }) => id),
  };
}
