import { isCallOf, type Call } from '../history/call.js';
import type { RecordHistory } from '../history/history.js';
import { shortestRetentionMs } from '../history/shortest-retention.js';

/** When a record may have been forgotten, so that what held before need not hold any more. */
export interface Forgetting {
  /** Whether it may have happened after the one instant and before the other (monotonic microseconds). */
  between(from: number, to: number): boolean;
}

/** Roundings, and clocks that go at slightly different paces. */
const SLACK_MICROS = 5_000;

/**
 * By a deletion that was not refused, or by the end of a retention, reckoned as short as any claim or completion of the
 * record asked for: rather a forgetting too many than a violation that is none.
 */
export function forgettingOf(history: RecordHistory): Forgetting {
  const { calls } = history;
  const deletions = calls.filter((call) => isCallOf(call, 'delete') && call.result?.kind !== 'refused');
  const endings = calls.filter(mayEnd);
  const shortest = shortestRetentionMs(history.calls);
  return {
    between: (from, to) =>
      deletions.some(({ begin, end }) => begin <= to && end >= from) ||
      endings.some(({ begin }) => {
        const over = begin + shortest * 1000 - SLACK_MICROS;
        return over <= to && begin <= to;
      }),
  };
}

/** Completions, releases and resolutions start a retention. */
function mayEnd({ operation, result }: Call): boolean {
  const starts = operation.op === 'complete' || operation.op === 'resolve' || operation.op === 'release';
  return starts && result?.kind !== 'refused';
}
