/**
 * Where a search has been: places that differ in nothing but the calls without a known result that were spent on the way
 * there. Who has spent a part of what another has spent can go on in every way that the other can: such calls need not be
 * spent at all. So a place is not worth a look if one like it, with no more spent, was looked at before.
 */
export class SeenBefore {
  private readonly spentAt = new Map<string, Uint32Array[]>();
  private places = 0;

  /** How many places were worth a look. */
  get count(): number {
    return this.places;
  }

  /** Whether the place was worth a look; from now on it has been looked at. */
  add(name: string, spent: Uint32Array): boolean {
    const known = this.spentAt.get(name) ?? [];
    if (known.some((before) => isWithin(before, spent))) return false;
    // What the new one makes needless is not compared with again.
    this.spentAt.set(name, [...known.filter((before) => !isWithin(spent, before)), spent]);
    this.places++;
    return true;
  }
}

function isWithin(part: Uint32Array, whole: Uint32Array): boolean {
  return part.every((bits, index) => (bits & ~(whole[index] ?? 0)) === 0);
}
