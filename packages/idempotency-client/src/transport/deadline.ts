/** A signal that is aborted with the caller's own, or when time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Must be called at the end: it lets go of the timer and of the caller's signal. */
  clear(): void;
}

/**
 * A deadline of `timeoutMs` milliseconds. (`AbortSignal.any` would do the same, but keeps every dependent signal for as
 * long as a long-lived caller's signal exists in several runtimes, and is not in Node 20.0.)
 */
export function deadline(timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  const timer = setTimeout(
    () => controller.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError')),
    timeoutMs,
  );
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
