import type { Call, CallOf } from '../history/call.js';
import { holds, mayBeAbsent, presentTo, unchangedIf } from './present.js';
import type { Open, State } from './state.js';
import { after, later } from './time.js';

/** `POST …/renew`: revives a lease that is over too, as long as nobody took over. */
export function afterRenew(state: State, call: CallOf<'renew'>): readonly State[] {
  const { claimToken, leaseMs } = call.operation;
  const held = heldBy(claimToken, state, call);
  if (call.result?.kind === 'refused') return afterNotHeld(state, call, held);
  if (held === undefined) return [];
  // To extend a lease whose end is not known anyway tells the search nothing.
  if (call.result === undefined && held.lease.until === Infinity) return [];
  return [{ ...held, lease: later(held.lease, after(call, leaseMs ?? held.leaseMs)) }];
}

/** `POST …/checkpoint`. What it keeps is not part of the searched state. */
export function afterCheckpoint(state: State, call: CallOf<'checkpoint'>): readonly State[] {
  if (call.result === undefined) return [];
  const held = heldBy(call.operation.claimToken, state, call);
  if (call.result.kind === 'refused') return afterNotHeld(state, call, held);
  return unchangedIf(held !== undefined, state);
}

function heldBy(claimToken: string, state: State, call: Call): Open | undefined {
  const record = presentTo(call, state);
  return record?.kind === 'open' && holds(record, claimToken) ? record : undefined;
}

function afterNotHeld(state: State, call: Call, held: Open | undefined): readonly State[] {
  if (call.result?.kind !== 'refused') return [];
  if (call.result.code === 'RECORD_NOT_FOUND') return unchangedIf(mayBeAbsent(state, call), state);
  const isLost = presentTo(call, state) !== undefined && held === undefined;
  return unchangedIf(call.result.code === 'CLAIM_LOST' && isLost, state);
}
