/**
 * Microseconds of the machine's monotonic clock (CLOCK_MONOTONIC): the same for all processes of one machine, and
 * moved by nobody. A history is recorded on one machine, whatever it calls.
 */
export function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
