import { canonical } from '../canonical.js';
import type { Call } from '../history/call.js';
import { forgettingOf } from './forgetting.js';
import { knownOutcomes } from './known-outcomes.js';
import type { Rule } from './rule.js';

/** Every replay, and every record read as completed, is the one outcome that was stored. */
export const replaysAreTheOutcome: Rule = {
  name: 'replays-are-the-outcome',
  *check(history) {
    const stored = storedOutcomes(history.calls);
    const forgetting = forgettingOf(history);
    const first = new Map<string, { call: Call; outcome: string }>();
    let former: { call: Call; completedAt: string } | undefined;
    for (const { call, outcome, completedAt } of knownOutcomes(history.calls)) {
      if ((stored.get(outcome) ?? Infinity) > call.end)
        yield { what: `an outcome was answered that nobody had stored`, calls: [call.id] };
      const one = first.get(completedAt);
      if (one === undefined) first.set(completedAt, { call, outcome });
      else if (one.outcome !== outcome)
        yield { what: `one completion was answered as two outcomes`, calls: [one.call.id, call.id] };
      if (
        former &&
        former.completedAt !== completedAt &&
        !forgetting.between(Math.min(former.call.begin, call.begin), Math.max(former.call.end, call.end))
      )
        yield {
          what: `the record was completed twice and not forgotten in between`,
          calls: [former.call.id, call.id],
        };
      former = { call, completedAt };
    }
  },
};

/** Every outcome that may have been stored, and the instant from which on. */
function storedOutcomes(calls: readonly Call[]): Map<string, number> {
  const stored = new Map<string, number>();
  for (const { operation, result, begin } of calls) {
    if (result?.kind === 'refused') continue;
    const outcome = outcomeOf(operation);
    // Calls are in the order of their beginnings: the first is the earliest.
    if (outcome !== null && !stored.has(outcome)) stored.set(outcome, begin);
  }
  return stored;
}

function outcomeOf(operation: Call['operation']): string | null {
  if (operation.op === 'complete') return canonical(operation.outcome);
  return operation.op === 'resolve' && operation.outcome !== null ? canonical(operation.outcome) : null;
}
