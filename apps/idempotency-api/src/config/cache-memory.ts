import { ConfigRefused, type Config } from './config.js';

/** The rest is for calls in flight and for the collector, which needs room to work in. */
const SHARE_OF_HEAP = 1 / 2;

/**
 * Refuses a memory for outcomes that the heap cannot hold: filled, it would end the process, long after the start that would
 * have told. `heapBytes` is what the platform lets the heap grow to, with its space for young objects, in which no outcome stays: a
 * heap of some hundred MiB is thus judged too large by that. Throws `ConfigRefused`.
 */
export function refuseCacheBeyondHeap(config: Config, heapBytes: number): void {
  const mostBytes = Math.floor(heapBytes * SHARE_OF_HEAP);
  if (config.REPLAY_CACHE_MAX_BYTES <= mostBytes) return;
  throw new ConfigRefused(
    `configuration: REPLAY_CACHE_MAX_BYTES is more than half of the heap, which is ${mostBytes} here: lower it, or raise the heap with NODE_OPTIONS=--max-old-space-size (in MiB)`,
  );
}
