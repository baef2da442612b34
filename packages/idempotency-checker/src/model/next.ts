import { isCallOf, type Call } from '../history/call.js';
import { afterClaim } from './claim.js';
import { afterComplete } from './complete.js';
import { afterDelete } from './delete.js';
import { afterGet } from './get.js';
import { afterCheckpoint, afterRenew } from './hold.js';
import { afterRelease } from './release.js';
import { afterResolve } from './resolve.js';
import type { State } from './state.js';

/**
 * The states that the call may leave behind if it takes effect in this one with the result that it had; none if it
 * cannot have had that result here. The very same object says that it changes nothing. For an unknown result only real
 * effects are listed: having none is the same as never having happened.
 */
export function next(state: State, call: Call): readonly State[] {
  if (isCallOf(call, 'claim')) return afterClaim(state, call);
  if (isCallOf(call, 'complete')) return afterComplete(state, call);
  if (isCallOf(call, 'renew')) return afterRenew(state, call);
  if (isCallOf(call, 'checkpoint')) return afterCheckpoint(state, call);
  if (isCallOf(call, 'release')) return afterRelease(state, call);
  if (isCallOf(call, 'resolve')) return afterResolve(state, call);
  if (isCallOf(call, 'delete')) return afterDelete(state, call);
  return afterGet(state, call);
}
