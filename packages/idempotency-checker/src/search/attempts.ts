import type { Call } from '../history/call.js';
import { shortestRetentionMs } from '../history/shortest-retention.js';
import type { State } from '../model/state.js';
import { mayBeOver } from '../model/time.js';

/** An answer that tells which attempt it belongs to. */
interface Told {
  readonly index: number;
  readonly call: Call;
  readonly attempt: number;
}

/** A call that may lead to the record's being forgotten, and from when on it may be (monotonic microseconds). */
interface Ending {
  readonly index: number;
  readonly forgottenFrom: number;
}

/**
 * What a history tells of attempts: it rules out most orders in which claims without an answer were granted. Attempts of a record
 * only grow until it is forgotten, which is by a deletion, or by the end of a retention behind a completion, a release or a
 * resolution: reckoned as short as any call of the record asked for.
 */
export class Attempts {
  private readonly told: readonly Told[];
  private readonly endings: readonly Ending[];

  constructor(
    calls: readonly Call[],
    private readonly isPlaced: (index: number) => boolean,
  ) {
    const shortest = shortestRetentionMs(calls);
    this.told = calls
      .map((call, index) => ({ index, call, attempt: attemptTold(call) }))
      .filter((told): told is Told => told.attempt !== undefined);
    this.endings = calls
      .map((call, index) => ({ index, forgottenFrom: forgottenFrom(call, shortest) }))
      .filter((ending) => ending.forgottenFrom !== Infinity);
  }

  /** Whether an answer that is still to be placed belongs to an attempt that is over, and was there before any forgetting. */
  leftBehind(state: State): boolean {
    if (state.kind === 'absent') return false;
    const from = this.forgottenFrom(state);
    return this.told.some(
      ({ index, call, attempt }) =>
        attempt < state.attempt && !this.isPlaced(index) && !mayBeOver({ from, until: Infinity }, call),
    );
  }

  /** When the record may be forgotten at the earliest, in every order that goes on from here. */
  private forgottenFrom(state: Exclude<State, { kind: 'absent' }>): number {
    const byNow = state.kind === 'open' ? Infinity : state.retention.from;
    return this.endings
      .filter(({ index }) => !this.isPlaced(index))
      .reduce((earliest, ending) => Math.min(earliest, ending.forgottenFrom), byNow);
  }
}

function attemptTold({ result }: Call): number | undefined {
  if (result?.kind === 'granted' || result?.kind === 'replayed') return result.attempt;
  return result?.kind === 'record' ? result.record.attempt : undefined;
}

/** Infinity where the call cannot lead to a forgetting. */
function forgottenFrom({ begin, operation: { op }, result }: Call, shortestMs: number): number {
  if (result?.kind === 'refused') return Infinity;
  if (op === 'delete') return begin;
  return op === 'complete' || op === 'release' || op === 'resolve' ? begin + shortestMs * 1_000 : Infinity;
}
