/** How much of a time is left, counted from now: whole milliseconds, never below 0. */
export function timeLeft(totalMs: number): () => number {
  const end = performance.now() + totalMs;
  return () => Math.max(0, Math.min(totalMs, Math.ceil(end - performance.now())));
}
