import type { Call } from '../history/call.js';
import type { Absent, Completed, Open, Released, State } from './state.js';
import { mayBeLive, mayBeOver } from './time.js';

/** Whether the call may find no record here: none was made, or its retention is over. */
export function mayBeAbsent(state: State, call: Call): boolean {
  if (state.kind === 'absent') return true;
  return state.kind !== 'open' && mayBeOver(state.retention, call);
}

/** The record, if the call may find one. An open one never runs out of retention. */
export function presentTo(call: Call, state: State): Exclude<State, Absent> | undefined {
  if (state.kind === 'absent') return undefined;
  if (state.kind === 'open') return state;
  return mayBeLive(state.retention, call) ? state : undefined;
}

/** Whether the record is held by this token: open, and not let go of. */
export function holds(state: Exclude<State, Absent>, claimToken: string): boolean {
  return state.kind === 'open' && state.claimToken === claimToken && !state.relinquished;
}

/** The state itself where the condition holds: an answer that changes nothing. */
export function unchangedIf(condition: boolean, state: State): readonly State[] {
  return condition ? [state] : [];
}

/** What a reader sees as outcome unknown: open under `block`, its lease possibly over. */
export function mayBeUnknown(state: Open, call: Call): boolean {
  return state.policy === 'block' && mayBeOver(state.lease, call);
}

/** What all claimed states share. */
export function claimedPart({
  fence,
  attempt,
  policy,
  fingerprint,
  retentionMs,
}: Open | Completed | Released) {
  return { fence, attempt, policy, fingerprint, retentionMs };
}
