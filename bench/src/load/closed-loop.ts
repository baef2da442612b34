import type { Measurement } from './measurement.js';

/** Keeps `callers` busy for `seconds`, each with its next call when its last one has ended; a call counts `units`. */
export async function closedLoop(
  options: { callers: number; seconds: number; units: number },
  call: (caller: number) => Promise<void>,
): Promise<Measurement> {
  const times: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + options.seconds * 1e3;
  const callers = Array.from({ length: options.callers }, async (_unused, caller) => {
    while (performance.now() < endsAt) {
      const sentAt = performance.now();
      await call(caller);
      times.push(performance.now() - sentAt);
    }
  });
  await Promise.all(callers);
  const elapsedMs = performance.now() - startedAt;
  times.sort((one, other) => one - other);
  return {
    perSecond: (times.length * options.units * 1e3) / elapsedMs,
    p50Ms: percentile(times, 50),
    p99Ms: percentile(times, 99),
    maxMs: percentile(times, 100),
    calls: times.length,
    failed: 0,
  };
}

function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
