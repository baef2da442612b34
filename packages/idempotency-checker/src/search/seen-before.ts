import type { Instant, State } from '../model/state.js';

/** What is compared with; more of them cost more than they save. */
const MOST_COMPARED = 100;

/** Where a search has been, apart from its name: the less was spent and the wider the bounds, the more ways lead on. */
interface Place {
  /** Calls without a known result that were used up on the way, as bits. */
  readonly spent: Uint32Array;
  /** What is known of instants and fencing tokens as bounds, each turned so that more is wider. */
  readonly bounds: readonly number[];
}

/**
 * Where a search has been. A place is not worth a look if one with the same name, no more spent and bounds no narrower
 * was looked at before: who is there can go on in every way that leads on from here, as calls without a known result need
 * not be used at all, and the state machine asks of bounds only whether something may be.
 */
export class SeenBefore {
  private readonly places = new Map<string, Place[]>();
  private looks = 0;
  private worthALook = 0;

  /** How many places were come to, worth a look or not. */
  get count(): number {
    return this.looks;
  }

  /** How many were worth a look and are remembered, or were until one that covers them came. */
  get kept(): number {
    return this.worthALook;
  }

  /** Whether the place, named by the calls with known results that lie behind, is worth a look; now it has been looked at. */
  add(knownBehind: string, state: State, spent: Uint32Array): boolean {
    this.looks += 1;
    const { shape, bounds } = boundsOf(state);
    const name = `${knownBehind} ${JSON.stringify(shape)}`;
    const place = { spent, bounds };
    const before = this.places.get(name) ?? [];
    if (before.some((one) => covers(one, place))) return false;
    // What the new one covers is not compared with again.
    this.places.set(name, [place, ...before.filter((one) => !covers(place, one))].slice(0, MOST_COMPARED));
    this.worthALook += 1;
    return true;
  }
}

function covers(one: Place, other: Place): boolean {
  return (
    one.bounds.every((bound, index) => bound >= (other.bounds[index] ?? 0)) &&
    one.spent.every((bits, index) => (bits & ~(other.spent[index] ?? 0)) === 0)
  );
}

/** The state apart from its bounds, and the bounds. */
function boundsOf(state: State): { shape: object; bounds: number[] } {
  const { fence, ...rest } = state;
  const shape = { ...rest, fence: fence.exact ? fence.token : 'at least', lease: 0, retention: 0 };
  const bounds = fence.exact ? [] : [-fence.token];
  if (state.kind === 'open') bounds.push(...widthOf(state.lease));
  else if (state.kind !== 'absent') bounds.push(...widthOf(state.retention));
  return { shape, bounds };
}

function widthOf({ from, until }: Instant): [number, number] {
  return [-from, until];
}
