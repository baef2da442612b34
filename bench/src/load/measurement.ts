/** What one run of a load generator saw. */
export interface Measurement {
  /** Units a second, in the unit of the case: calls, rows or cycles. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Calls that were answered, as they should be or not. */
  readonly calls: number;
  /** Calls that were answered with what the case does not expect, or not at all. */
  readonly failed: number;
}

/** More failures than this, as a share of the calls, and the numbers say nothing. */
const MAX_FAILED_SHARE = 0.001;

/** Throws, in one line, for a measurement of failures. */
export function assertAnswered(who: string, { calls, failed }: Measurement): void {
  if (calls === 0) throw new Error(`${who}: no call was answered`);
  if (failed > calls * MAX_FAILED_SHARE) {
    throw new Error(`${who}: ${failed} of ${calls} calls failed; the limit is ${MAX_FAILED_SHARE * 100} %`);
  }
}
