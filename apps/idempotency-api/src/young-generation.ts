import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's collections of the young generation short, in which no call is answered (ADR 0024, 0025). To be called before the first
 * call is served.
 *
 * - This thread collects by itself: little survives, so that V8's helpers save less than a millisecond; but they want a core each, which
 *   PostgreSQL's process or a caller waits for, and this thread waits for the last of them.
 * - Nothing is born old. V8 has objects made old at once where those of the same place in the code lived on, and at the start it takes
 *   calls that happened to be in flight for such: all calls after them then lived on, and each collection took 15 to 25 ms.
 */
export function shortenCollections(): void {
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--no-allocation-site-pretenuring');
}
