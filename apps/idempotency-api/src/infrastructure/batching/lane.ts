export interface LaneOptions<Item> {
  /** So many items make a whole statement; none carries more. */
  readonly whole: number;
  /** Statements that may be on their way beside each other, also where none is whole. Late ones do not count. */
  readonly atOnce: () => number;
  /** Statements that may be on their way with those that are late, where that is more. */
  readonly most: number;
  /** Whether a statement of so many items should have arrived, so many milliseconds after it has left. */
  readonly isLate: (items: number, afterMs: number) => boolean;
  /** Items of one record have the same. */
  readonly affinityOf: (item: Item) => string;
}

/**
 * Items that wait, first come, first served, and those that are on their way. They leave one statement after the other, as what
 * comes meanwhile makes the next one larger, and each has costs of its own; or several beside each other, where the database is far
 * away. Where as many wait as a whole one carries, there is nothing to wait for: it leaves beside the other one. So does one whose
 * predecessor is late: what holds that up need not hold up all. But never do two that may have a record in common.
 */
export class Lane<Item> {
  /** How many take items from it: each goes on until none may leave, so that whoever is last leaves nobody waiting. */
  drains = 0;
  /** Somebody looks again soon whether what is on its way is late. */
  isWatched = false;

  private readonly queue: Item[] = [];
  /** When each of them left, as `performance.now` says. */
  private readonly onTheirWay = new Map<readonly Item[], number>();
  /** A statement had to stay. It is not looked at again before another one has arrived, as a look goes through it all. */
  private isHeldUp = false;

  constructor(private readonly options: LaneOptions<Item>) {}

  /** Items that wait. */
  get length(): number {
    return this.queue.length;
  }

  /** Whether too few take items from it. */
  get needsDrain(): boolean {
    return this.drains === 0 || (!this.isHeldUp && this.hasRoomBeside(this.drains));
  }

  push(item: Item): void {
    this.queue.push(item);
  }

  /** Whether a statement of so many items, or of all, may leave now. */
  mayLeave(count: number): boolean {
    if (this.queue.length === 0) return false;
    if (this.onTheirWay.size === 0) return true;
    if (this.isHeldUp || !this.hasRoomBeside(this.onTheirWay.size)) return false;
    this.isHeldUp = this.mayShareRecord(count);
    return !this.isHeldUp;
  }

  /** Takes the next items: they are on their way until they have arrived. */
  leave(count: number): readonly Item[] {
    const items = this.queue.splice(0, count);
    this.onTheirWay.set(items, performance.now());
    return items;
  }

  arrive(items: readonly Item[]): void {
    this.onTheirWay.delete(items);
    this.isHeldUp = false;
  }

  /** Takes all that wait: they will not leave. */
  clear(): readonly Item[] {
    return this.queue.splice(0);
  }

  private hasRoomBeside(others: number): boolean {
    const { atOnce, most, whole } = this.options;
    const usual = Math.max(atOnce(), this.queue.length < whole ? 1 : 2);
    return others < usual || (others < most && others - this.late < usual);
  }

  /** How many of those on their way should have arrived. */
  private get late(): number {
    const now = performance.now();
    let late = 0;
    for (const [items, leftAt] of this.onTheirWay) {
      if (this.options.isLate(items.length, now - leftAt)) late++;
    }
    return late;
  }

  private mayShareRecord(count: number): boolean {
    const { affinityOf } = this.options;
    const taken = [...this.onTheirWay.keys()].flatMap((items) => items.map(affinityOf));
    const wanted = this.queue.slice(0, count).map(affinityOf);
    return !lieApart(taken, wanted) && !new Set(taken).isDisjointFrom(new Set(wanted));
  }
}

/** Whether all of these come before or behind all of those, as numbers do that count up: told in a fifth of the time that sets take. */
function lieApart(these: readonly string[], those: readonly string[]): boolean {
  const [first, last] = endsOf(these);
  const [otherFirst, otherLast] = endsOf(those);
  return last < otherFirst || otherLast < first;
}

/** The first and the last of them in their order. */
function endsOf(names: readonly string[]): [string, string] {
  let first = names[0] ?? '';
  let last = first;
  for (const name of names) {
    if (name < first) first = name;
    else if (name > last) last = name;
  }
  return [first, last];
}
