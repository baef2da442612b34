import { canonical } from '../canonical.js';
import type { CallOf } from '../history/call.js';
import { claimedPart, mayBeAbsent, mayBeUnknown, presentTo, unchangedIf } from './present.js';
import { asSeen } from './shows.js';
import type { Open, State } from './state.js';
import { after, mayBeLive } from './time.js';

/** `POST …/resolve`: the operator's answer to an unknown outcome, and to nothing else. */
export function afterResolve(state: State, call: CallOf<'resolve'>): readonly State[] {
  const { operation, result } = call;
  const record = presentTo(call, state);
  const outcome = operation.outcome === null ? null : canonical(operation.outcome);

  if (result?.kind === 'refused') {
    if (result.code === 'RECORD_NOT_FOUND') return unchangedIf(mayBeAbsent(state, call), state);
    return unchangedIf(result.code === 'NOT_RESOLVABLE' && isInNoDoubt(), state);
  }
  const left = record?.kind === 'open' && mayBeUnknown(record, call) ? resolved(record) : said();
  if (left === undefined) return [];
  if (result === undefined) return left === record ? [] : [left];
  return result.kind === 'record' ? asSeen(left, result.record, call) : [];

  function said(): State | undefined {
    return isSaidAlready() ? record : undefined;
  }

  function resolved(open: Open): State {
    const rest = { ...claimedPart(open), claimToken: null, retention: after(call, open.retentionMs) };
    return outcome === null ? { ...rest, kind: 'released' } : { ...rest, kind: 'completed', outcome };
  }

  function isSaidAlready(): boolean {
    if (record?.claimToken !== null) return false;
    return record.kind === 'completed' ? record.outcome === outcome : outcome === null;
  }

  function isInNoDoubt(): boolean {
    if (record === undefined || isSaidAlready()) return false;
    return record.kind !== 'open' || record.policy === 'takeover' || mayBeLive(record.lease, call);
  }
}
