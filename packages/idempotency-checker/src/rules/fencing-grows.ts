import type { Call } from '../history/call.js';
import type { Rule } from './rule.js';

/** Of two grants of which one had ended before the other began, the later has the greater fencing token, or the same claim. */
export const fencingGrows: Rule = {
  name: 'fencing-grows',
  *check({ calls }) {
    const grants = calls.flatMap((call) =>
      call.result?.kind === 'granted' ? [{ call, ...call.result }] : [],
    );
    const byEnd = grants.toSorted((one, other) => one.call.end - other.call.end);
    let greatest: { call: Call; fencingToken: number; claimToken: string } | undefined;
    let ended = 0;
    // In the order of their beginnings, each against the greatest of all that had ended by then.
    for (const grant of grants) {
      for (; (byEnd[ended]?.call.end ?? Infinity) < grant.call.begin; ended += 1) {
        const one = byEnd[ended];
        if (one && (greatest === undefined || one.fencingToken > greatest.fencingToken)) greatest = one;
      }
      if (greatest === undefined || grant.fencingToken > greatest.fencingToken) continue;
      if (grant.fencingToken === greatest.fencingToken && grant.claimToken === greatest.claimToken) continue;
      yield {
        what: `fencing token ${grant.fencingToken} was granted after ${greatest.fencingToken}`,
        calls: [greatest.call.id, grant.call.id],
      };
    }
  },
};
