import { canonical } from '../canonical.js';
import type { Call, SeenRecord } from '../history/call.js';
import { agrees } from './fence.js';
import { mayBeUnknown } from './present.js';
import type { State } from './state.js';
import { mayBeLive } from './time.js';

/**
 * The state, if a record that was answered may be a view of it; none otherwise. The same object where nothing new is
 * learnt; a grant whose answer was lost has its fencing token from here on.
 */
export function asSeen(state: State, seen: SeenRecord, call: Call): readonly State[] {
  if (state.kind === 'absent' || !shows(state, seen, call)) return [];
  if (!agrees(state.fence, seen.fencingToken)) return [];
  return [state.fence.exact ? state : { ...state, fence: { token: seen.fencingToken, exact: true } }];
}

function shows(record: Exclude<State, { kind: 'absent' }>, seen: SeenRecord, call: Call): boolean {
  if (seen.attempt !== record.attempt || seen.onLeaseExpiry !== record.policy) return false;
  switch (record.kind) {
    case 'completed':
      return seen.state === 'completed' && canonical(seen.outcome) === record.outcome;
    case 'released':
      return seen.state === 'released';
    case 'open':
      if (seen.state === 'outcome_unknown') return mayBeUnknown(record, call);
      return seen.state === 'in_progress' && (record.policy === 'takeover' || mayBeLive(record.lease, call));
  }
}
