import { canonical } from '../canonical.js';
import type { Call, SeenRecord } from '../history/call.js';
import { agrees } from './claim.js';
import { mayBeAbsent, mayBeUnknown, presentTo, unchangedIf } from './present.js';
import type { State } from './state.js';
import { mayBeLive } from './time.js';

/** `GET /v1/records/{namespace}/{key}`. */
export function afterGet(state: State, call: Call): readonly State[] {
  const { result } = call;
  if (result?.kind === 'refused')
    return unchangedIf(result.code === 'RECORD_NOT_FOUND' && mayBeAbsent(state, call), state);
  if (result?.kind !== 'record') return [];
  const record = presentTo(call, state);
  const { record: seen } = result;
  if (record === undefined || !shows(record, seen, call) || !agrees(record.fence, seen.fencingToken)) return [];
  // A grant whose answer was lost is known from here on.
  return [record.fence.exact ? state : { ...record, fence: { token: seen.fencingToken, exact: true } }];
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
