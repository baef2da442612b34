/** A claim that may open something. */
export interface Asking<Decision> {
  ask(): Promise<Decision>;
  isGranted(decision: Decision): boolean;
}

/**
 * How many more claims of one tenant are open than the last count of the store found, as far as this replica knows: what
 * it granted since, less what ended here. A call counts from before the store is asked, so that of many at once no more
 * get through than may. Where replicas share the calls evenly, what is opened on one and ended on another evens out; a
 * repeated grant or completion counts twice. The next count corrects either.
 */
export class OpenClaims {
  private asking = 0;
  private sinceCount = 0;

  get more(): number {
    return this.asking + this.sinceCount;
  }

  /** Asks for a claim. */
  async opening<Decision>(claim: Asking<Decision>): Promise<Decision> {
    this.asking++;
    try {
      const decision = await claim.ask();
      if (claim.isGranted(decision)) this.sinceCount++;
      return decision;
    } finally {
      this.asking--;
    }
  }

  /** An execution has ended here. */
  ended(): void {
    this.sinceCount--;
  }

  /** Begins a count of the store. What it answers is called once that is in force: it has seen all that was before. */
  counting(): () => void {
    const before = this.sinceCount;
    return () => {
      this.sinceCount -= before;
    };
  }
}
