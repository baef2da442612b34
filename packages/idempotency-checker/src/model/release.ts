import type { CallOf } from '../history/call.js';
import { claimedPart, mayBeAbsent, presentTo, unchangedIf } from './present.js';
import type { State } from './state.js';
import { after, earlier } from './time.js';

/** `POST …/release`: `none` lets the next claim execute, `unknown` ends the lease now. */
export function afterRelease(state: State, call: CallOf<'release'>): readonly State[] {
  const { operation, result } = call;
  const record = presentTo(call, state);
  const own = record?.claimToken === operation.claimToken ? record : undefined;
  const letsGo = own?.kind === 'open' && !(own.relinquished && operation.effect === 'unknown');

  if (result?.kind === 'refused') {
    if (result.code === 'RECORD_NOT_FOUND') return unchangedIf(mayBeAbsent(state, call), state);
    const isLost = record !== undefined && !letsGo && !isSaidAlready();
    return unchangedIf(result.code === 'CLAIM_LOST' && isLost, state);
  }
  if (own?.kind === 'open' && letsGo) {
    if (operation.effect === 'unknown')
      return [{ ...own, relinquished: true, lease: earlier(own.lease, after(call, 0)) }];
    const { claimToken } = operation;
    return [{ ...claimedPart(own), kind: 'released', claimToken, retention: after(call, own.retentionMs) }];
  }
  return unchangedIf(result !== undefined && isSaidAlready(), state);

  function isSaidAlready(): boolean {
    if (own?.kind === 'released') return operation.effect === 'none';
    return own?.kind === 'open' && own.relinquished && operation.effect === 'unknown';
  }
}
