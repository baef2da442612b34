import type { Call } from '../history/call.js';
import { next } from '../model/next.js';
import { initialState, type State } from '../model/state.js';
import { Attempts } from './attempts.js';
import { LostCalls } from './lost-calls.js';
import { Remaining } from './remaining.js';
import { SeenBefore } from './seen-before.js';

export type Verdict =
  | { readonly kind: 'linearizable' }
  /** No order explains the results. The calls that could not be placed after the longest order that was found. */
  | { readonly kind: 'impossible'; readonly stuckAt: readonly Call[]; readonly state: State }
  /** The bound was reached: nothing is known. */
  | { readonly kind: 'undecided' };

/**
 * Places come to in one record before giving up. A record of a thousand calls takes about a thousand; the bound keeps a
 * hopeless one below a minute.
 */
export const SEARCH_BOUND = 3_000_000;

/** Places kept of one record before giving up: they take about a kilobyte each, so that memory stays below a gigabyte. */
const KEPT_BOUND = 500_000;

interface Frame {
  readonly state: State;
  /** What was put in order on the way here, to be undone. */
  readonly placed: number[];
  /** Ways on, best last. */
  readonly options: { readonly index: number; readonly state: State }[];
}

/**
 * Whether some order of the calls, in which each lies between its begin and its end, explains every result by the state
 * machine (Wing & Gong 1993; Lowe's memory of sets and states seen). Calls with unknown results may be placed at any point
 * after their begin, or never: `SeenBefore` and `LostCalls` keep them from multiplying the orders. Takes the calls of one
 * record: records are independent, so that a history is linearizable exactly when each record's is (Herlihy & Wing, locality).
 *
 * Cost: exponential in the calls that overlap and change the state, in the worst case; linear for calls that change
 * nothing, which are placed as soon as they may be (moving such a call forward to here breaks no order that works).
 */
export function linearize(calls: readonly Call[], bound = SEARCH_BOUND): Verdict {
  const remaining = new Remaining(calls);
  const seen = new SeenBefore();
  const isPlaced = (index: number): boolean => remaining.isLifted(index);
  const lost = new LostCalls(calls, isPlaced);
  const attempts = new Attempts(calls, isPlaced);
  const stack: Frame[] = [];
  let stuck = { known: Infinity, calls: [] as readonly Call[], state: initialState as State };

  let arrived = arrive(initialState, []);
  for (;;) {
    if (remaining.knownCount === 0) return { kind: 'linearizable' };
    if (arrived !== undefined) stack.push(arrived);
    if (seen.count > bound || seen.kept > KEPT_BOUND) return { kind: 'undecided' };
    const top = stack.at(-1);
    if (top === undefined) return { kind: 'impossible', stuckAt: stuck.calls, state: stuck.state };
    const option = top.options.pop();
    if (option === undefined) {
      stack.pop();
      undo(top.placed);
      arrived = undefined;
    } else {
      remaining.lift(option.index);
      arrived = arrive(option.state, [option.index]);
    }
  }

  /** Places what changes nothing, and lists the ways on; undefined, and everything undone, where this was seen before. */
  function arrive(state: State, placed: number[]): Frame | undefined {
    placeUnchanging(state, placed);
    if (attempts.leftBehind(state)) {
      undo(placed);
      return undefined;
    }
    if (!seen.add(remaining.liftedKnownKey(), lost.withoutFace(state), remaining.liftedUnknownBits())) {
      undo(placed);
      return undefined;
    }
    const candidates = remaining.candidates();
    if (remaining.knownCount < stuck.known)
      stuck = { known: remaining.knownCount, calls: candidates.map(callAt).filter(isKnown), state };
    // Best last: known results before unknown ones, and of each the one that ended first; of unknown ones the holder's before
    // others', as what is told of its execution later is told of its completion, and not of claims that took it over.
    const worthTrying = lost.worthTrying(candidates, state);
    const rank = (index: number): number => (isHolders(callAt(index), state) ? 1 : 0);
    worthTrying.sort(
      (one, other) => callAt(other).end - callAt(one).end || rank(one) - rank(other) || other - one,
    );
    const firstEnd = Math.min(...candidates.map((index) => callAt(index).end));
    const options = worthTrying
      .filter((index) => mayTakeEffectBy(firstEnd, state, callAt(index)))
      .flatMap((index) => next(state, callAt(index)).map((after) => ({ index, state: after })));
    return { state, placed, options };
  }

  function placeUnchanging(state: State, placed: number[]): void {
    for (let found = true; found;) {
      found = false;
      for (const index of remaining.candidates()) {
        const call = callAt(index);
        if (!isObservation(call) || next(state, call)[0] !== state) continue;
        remaining.lift(index);
        placed.push(index);
        found = true;
      }
    }
  }

  function undo(placed: readonly number[]): void {
    for (const index of placed.toReversed()) remaining.putBack(index);
  }

  function callAt(index: number): Call {
    const call = calls[index];
    if (call === undefined) throw new RangeError(`there is no call ${index}`);
    return call;
  }
}

/**
 * Whether the call, having had this result, changed nothing, wherever it is placed. A success that was said twice changes
 * nothing the second time: which of the two is the second is not known, so those are tried like all others.
 */
function isObservation({ operation: { op }, result }: Call): boolean {
  if (result === undefined) return false;
  return result.kind === 'refused' || result.kind === 'replayed' || op === 'get' || op === 'checkpoint';
}

/**
 * Whether the call may have an effect here by an instant (monotonic microseconds). One without a known result that comes before all
 * that remain took effect before the first of them ended: what it finds over was over by then.
 */
function mayTakeEffectBy(instant: number, state: State, call: Call): boolean {
  return call.result !== undefined || next(state, { ...call, end: instant }).length > 0;
}

/** Whether the call names the token that the record was claimed with. */
function isHolders({ operation }: Call, state: State): boolean {
  return state.kind !== 'absent' && 'claimToken' in operation && operation.claimToken === state.claimToken;
}

function isKnown(call: Call): boolean {
  return call.result !== undefined;
}
