import { monotonicMicros, type Random } from '@infra-services/idempotency-checker';

/** A new subject comes up so often, for as many calls as the cluster answers meanwhile. Milliseconds. */
const EVERY_MS = 50;

/** Most callers are after the newest; some come back to those whose executors stalled or were killed. */
const NEWEST = 8;
const RECENT = 150;

/** The number of the subject to be after now: the same window for all processes, whatever was done to them. */
export function currentSubject(beganMicros: number, random: Random): number {
  const newest = Math.floor((monotonicMicros() - beganMicros) / 1_000 / EVERY_MS);
  return Math.max(0, newest - random.below(random.next() < 0.8 ? NEWEST : RECENT));
}
