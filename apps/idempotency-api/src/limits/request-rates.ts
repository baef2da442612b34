/** Calls a second, and how many may come at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Token buckets, one a tenant, each kept as the time at which it will be full again (the generic cell rate algorithm):
 * one number a tenant, and no timer. Time is this process' monotonic clock, since the rate is this replica's.
 */
export class RequestRates {
  private readonly fullAt = new Map<string, number>();

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes one call, if the bucket has it: 0. Otherwise takes nothing: milliseconds until it will have. */
  take(tenant: string, rate: Rate): number {
    const now = this.now();
    const fullAt = Math.max(this.fullAt.get(tenant) ?? 0, now);
    const perCall = 1_000 / rate.perSecond;
    const early = fullAt - now - (rate.burst - 1) * perCall;
    if (early > 0) return early;
    this.fullAt.set(tenant, fullAt + perCall);
    return 0;
  }

  /**
   * Takes further calls in any case, so that a batch counts as its items. The bucket may end in debt, which later calls
   * wait off: a batch larger than the bucket could never be taken otherwise.
   */
  charge(tenant: string, calls: number, rate: Rate): void {
    const fullAt = Math.max(this.fullAt.get(tenant) ?? 0, this.now());
    this.fullAt.set(tenant, fullAt + (calls * 1_000) / rate.perSecond);
  }
}
