import type { Rule } from './rule.js';

/** A claim epoch is what one fencing token stands for: one claim token, which executes at most once. */
export const oneExecutionPerEpoch: Rule = {
  name: 'one-execution-per-epoch',
  *check({ calls, executions }) {
    const holders = new Map<number, { claimToken: string; id: string }>();
    for (const { id, result } of calls) {
      if (result?.kind !== 'granted') continue;
      const { fencingToken, claimToken } = result;
      const holder = holders.get(fencingToken);
      if (holder === undefined) holders.set(fencingToken, { claimToken, id });
      else if (holder.claimToken !== claimToken)
        yield {
          what: `two claim tokens were granted fencing token ${fencingToken}`,
          calls: [holder.id, id],
        };
    }
    const executed = new Set<number>();
    for (const { fencingToken } of executions) {
      if (executed.has(fencingToken))
        yield { what: `the witness has two executions under fencing token ${fencingToken}`, calls: [] };
      executed.add(fencingToken);
    }
  },
};
