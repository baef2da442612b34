import { isCallOf, type Call, type Execution } from '../history/call.js';
import type { RecordHistory } from '../history/history.js';
import { shortestRetentionMs } from '../history/shortest-retention.js';
import type { Rule } from './rule.js';

/** What lets one more execution happen, at some instant of these. */
interface Permission {
  readonly from: number;
  readonly until: number;
}

/**
 * Under `block` an execution is followed by another only if something in between allowed one: an operator's `retry`, a
 * deletion, a release with effect `none`, or the end of the outcome's retention. Each allows one.
 */
export const oneExecutionUnderBlock: Rule = {
  name: 'one-execution-under-block',
  *check(history) {
    const { calls, executions } = history;
    const claims = calls.filter((call) => isCallOf(call, 'claim'));
    if (claims.some(({ operation }) => operation.onLeaseExpiry !== 'block')) return;
    const permissions = permissionsOf(history).sort((one, other) => one.until - other.until);
    const inOrder = executions.toSorted((one, other) => one.fencingToken - other.fencingToken);
    let former: Execution | undefined;
    for (const execution of inOrder) {
      if (former && former.fencingToken !== execution.fencingToken) {
        const grantedFrom = beginOfClaim(claims, former);
        const used = permissions.findIndex(({ from, until }) => from <= execution.at && until >= grantedFrom);
        if (used === -1)
          yield {
            what: `executed under fencing token ${execution.fencingToken} after ${former.fencingToken}, and nothing allowed it`,
            calls: [],
          };
        else permissions.splice(used, 1);
      }
      former = execution;
    }
  },
};

function permissionsOf(history: RecordHistory): Permission[] {
  const shortest = shortestRetentionMs(history.calls);
  return history.calls.flatMap(({ operation, result, begin, end }): Permission[] => {
    if (result?.kind === 'refused') return [];
    switch (operation.op) {
      case 'delete':
        return [{ from: begin, until: end }];
      case 'resolve':
        if (operation.resolution === 'retry') return [{ from: begin, until: end }];
        return [{ from: begin + shortest * 1000, until: Infinity }];
      case 'release':
        return operation.effect === 'none' ? [{ from: begin, until: end }] : [];
      case 'complete':
        return [{ from: begin + shortest * 1000, until: Infinity }];
      case 'claim':
      case 'renew':
      case 'checkpoint':
      case 'get':
        return [];
    }
  });
}

function beginOfClaim(claims: readonly Call[], { claimToken }: Execution): number {
  // Calls are in the order of their beginnings.
  const own = claims.find(({ operation }) => operation.op === 'claim' && operation.claimToken === claimToken);
  return own?.begin ?? Infinity;
}
