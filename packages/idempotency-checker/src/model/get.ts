import type { Call } from '../history/call.js';
import { mayBeAbsent, presentTo, unchangedIf } from './present.js';
import { asSeen } from './shows.js';
import type { State } from './state.js';

/** `GET /v1/records/{namespace}/{key}`. */
export function afterGet(state: State, call: Call): readonly State[] {
  const { result } = call;
  if (result?.kind === 'refused')
    return unchangedIf(result.code === 'RECORD_NOT_FOUND' && mayBeAbsent(state, call), state);
  const record = presentTo(call, state);
  return result?.kind === 'record' && record ? asSeen(record, result.record, call) : [];
}
