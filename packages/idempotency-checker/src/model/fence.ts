import type { Fence } from './state.js';

/** Whether a fencing token may be the one that is meant. */
export function agrees(fence: Fence, token: number): boolean {
  return fence.exact ? fence.token === token : fence.token <= token;
}
