import { setFlagsFromString } from 'node:v8';

/**
 * Has this thread collect the young generation by itself. Little of it survives, so that V8's helpers save less than a millisecond;
 * but they want a core each, which PostgreSQL's process or a caller waits for, and this thread waits for the last of them:
 * where there are few cores, p99 at half load is a third lower without them (ADR 0024).
 */
export function collectWithoutHelpers(): void {
  setFlagsFromString('--no-parallel-scavenge');
}
