import type { Call } from '../history/call.js';

/**
 * The calls not yet put in order: a doubly linked list over their positions, from which any call can be lifted and put
 * back in constant time, last lifted first back (Lowe, "Testing for linearizability", 2017), and the lifted ones as bits,
 * those with a known result apart from those without.
 */
export class Remaining {
  private readonly following: Int32Array;
  private readonly preceding: Int32Array;
  private readonly liftedKnown: Uint32Array;
  private readonly liftedUnknown: Uint32Array;
  private known = 0;

  /** Calls in the order of their beginnings. */
  constructor(private readonly calls: readonly Call[]) {
    // Position 0 is the head; call i is at i + 1.
    const places = calls.length + 1;
    this.following = Int32Array.from({ length: places }, (_, place) => (place + 1) % places);
    this.preceding = Int32Array.from({ length: places }, (_, place) => (place + places - 1) % places);
    this.liftedKnown = new Uint32Array(Math.ceil(calls.length / 32));
    this.liftedUnknown = new Uint32Array(this.liftedKnown.length);
    this.known = calls.filter(({ end }) => end !== Infinity).length;
  }

  /** Calls with a known result that are still to be put in order. */
  get knownCount(): number {
    return this.known;
  }

  /** The calls that may be next: nothing that remains had ended before they began. In the order of their beginnings. */
  candidates(): number[] {
    const found: number[] = [];
    let firstEnd = Infinity;
    for (let place = this.after(0); place !== 0; place = this.after(place)) {
      const { begin, end } = this.at(place - 1);
      if (begin > firstEnd) break;
      firstEnd = Math.min(firstEnd, end);
      found.push(place - 1);
    }
    return found.filter((index) => this.at(index).begin <= firstEnd);
  }

  lift(index: number): void {
    const place = index + 1;
    const before = this.preceding[place] ?? 0;
    const after = this.after(place);
    this.following[before] = after;
    this.preceding[after] = before;
    this.mark(index);
    if (this.at(index).end !== Infinity) this.known -= 1;
  }

  /** Undoes the last lift that is not yet undone. */
  putBack(index: number): void {
    const place = index + 1;
    this.following[this.preceding[place] ?? 0] = place;
    this.preceding[this.after(place)] = place;
    this.mark(index);
    if (this.at(index).end !== Infinity) this.known += 1;
  }

  isLifted(index: number): boolean {
    return ((this.bitsFor(index)[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
  }

  /** Names the set of lifted calls with known results: equal texts are equal sets. */
  liftedKnownKey(): string {
    return this.liftedKnown.join();
  }

  /** The set of lifted calls with unknown results, as bits. */
  liftedUnknownBits(): Uint32Array {
    return this.liftedUnknown.slice();
  }

  private mark(index: number): void {
    const bits = this.bitsFor(index);
    bits[index >>> 5] = (bits[index >>> 5] ?? 0) ^ (1 << (index & 31));
  }

  private bitsFor(index: number): Uint32Array {
    return this.at(index).end === Infinity ? this.liftedUnknown : this.liftedKnown;
  }

  private after(place: number): number {
    return this.following[place] ?? 0;
  }

  private at(index: number): Call {
    const call = this.calls[index];
    if (call === undefined) throw new RangeError(`there is no call ${index}`);
    return call;
  }
}
