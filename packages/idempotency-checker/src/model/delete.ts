import type { CallOf } from '../history/call.js';
import { mayBeAbsent, presentTo, unchangedIf } from './present.js';
import type { State } from './state.js';

/** `DELETE …`: forgets the record; its fencing token stays a lower bound of the next. */
export function afterDelete(state: State, call: CallOf<'delete'>): readonly State[] {
  const record = presentTo(call, state);
  const isOpen = record?.kind === 'open';
  if (call.result?.kind === 'refused') {
    if (call.result.code === 'RECORD_NOT_FOUND') return unchangedIf(mayBeAbsent(state, call), state);
    return unchangedIf(call.result.code === 'RECORD_OPEN' && isOpen && !call.operation.force, state);
  }
  if (record === undefined || (isOpen && !call.operation.force)) return [];
  return [{ kind: 'absent', fence: record.fence }];
}
