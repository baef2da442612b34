import { identityOf, type RecordKey } from '../domain/record.js';

/** Why a wait is over: the execution may have ended, the time is over, the caller has gone, or we shut down. */
export type WaitEnd = 'ended' | 'timeout' | 'gone' | 'draining';

export interface WaitersOptions {
  /** Waiters at once; more are refused. */
  readonly max: number;
  /** Milliseconds between looks for executions that ended elsewhere or whose lease ran out. */
  readonly pollMs: number;
  /** Of the given records, those that nobody executes any more. */
  findEnded(keys: readonly RecordKey[]): Promise<RecordKey[]>;
  /** Tells other replicas; where there is no way to, their next look finds it. */
  readonly tellOthers?: ((key: RecordKey) => void) | undefined;
}

/** Rows of one look at the most: keeps the statement short while thousands wait. */
const KEYS_PER_LOOK = 1_000;

/**
 * A look that fails sooner met a broken connection, and the next one may well be answered. One that fails later met
 * a silent store: asking that again would keep callers beyond the two seconds within which they are told.
 */
const SILENCE_MS = 500;

/**
 * Callers that wait for an execution to end. Ends on this replica wake them at once (`ended`), as do ends that other
 * replicas tell of; the rest, and leases that run out, are found by one batched look for all waited-for records. A
 * wake-up is only a hint: the waiter asks the store again, so a lost or a spurious one costs time and never correctness.
 */
export class ExecutionWaiters {
  private readonly byRecord = new Map<string, Set<Waiter>>();
  private count = 0;
  private polling = false;
  private draining = false;

  constructor(private readonly options: WaitersOptions) {}

  /**
   * A waiter for the record, or undefined if there are too many. Open it before asking the store whether to wait:
   * an end between that answer and the wait is then not missed. Close it in any case.
   */
  open(key: RecordKey): Waiter | undefined {
    if (this.draining || this.count >= this.options.max) return undefined;
    const identity = identityOf(key);
    const waiter = new Waiter(key, () => {
      this.remove(identity, waiter);
    });
    const waiters = this.byRecord.get(identity) ?? new Set();
    this.byRecord.set(identity, waiters.add(waiter));
    this.count++;
    if (!this.polling) void this.poll();
    return waiter;
  }

  /** Calls that wait right now. */
  get waiting(): number {
    return this.count;
  }

  /** The record's execution has ended on this replica: tells its waiters, here and elsewhere. */
  ended(key: RecordKey): void {
    this.wake(key);
    this.options.tellOthers?.(key);
  }

  /** Tells this replica's waiters that the record's execution has ended. */
  wake(key: RecordKey): void {
    for (const waiter of this.byRecord.get(identityOf(key)) ?? []) waiter.end('ended');
  }

  /** Ends every wait, and refuses new ones: the process is about to stop. */
  drain(): void {
    this.draining = true;
    for (const waiter of this.all()) waiter.end('draining');
  }

  private *all(): Generator<Waiter> {
    for (const waiters of this.byRecord.values()) yield* waiters;
  }

  private remove(identity: string, waiter: Waiter): void {
    const waiters = this.byRecord.get(identity);
    if (!waiters?.delete(waiter)) return;
    this.count--;
    if (waiters.size === 0) this.byRecord.delete(identity);
  }

  private async poll(): Promise<void> {
    this.polling = true;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, this.options.pollMs).unref());
      if (this.count === 0) {
        this.polling = false;
        return;
      }
      await this.look();
    }
  }

  private async look(): Promise<void> {
    const keys = [...this.byRecord.values()].flatMap(([first]) => (first ? [first.key] : []));
    const since = performance.now();
    try {
      for (let start = 0; start < keys.length; start += KEYS_PER_LOOK) {
        const ended = await this.options.findEnded(keys.slice(start, start + KEYS_PER_LOOK));
        for (const key of ended) this.wake(key);
      }
    } catch (error) {
      // The store gave no answer. Each waiter is told so, or asks again, rather than waiting for nothing.
      const isSilent = performance.now() - since > SILENCE_MS;
      for (const waiter of this.all()) {
        if (isSilent) waiter.fail(error);
        else waiter.end('ended');
      }
    }
  }
}

/** One caller's wait for one record. */
export class Waiter {
  private pending: WaitEnd | undefined;
  private resolve: ((end: WaitEnd) => void) | undefined;
  private reject: ((error: unknown) => void) | undefined;

  constructor(
    readonly key: RecordKey,
    readonly close: () => void,
  ) {}

  /** Ends the wait, or the next one if nobody waits right now. */
  end(end: WaitEnd): void {
    if (this.resolve) this.resolve(end);
    // A shutdown is final, whatever else ended before: nobody would wake a wait that goes on after it.
    else if (this.pending !== 'draining') this.pending = end;
  }

  /** Ends the wait with an error. Who does not wait right now is asking the store, and hears it from there. */
  fail(error: unknown): void {
    this.reject?.(error);
  }

  /** Forgets ends that came before now: call it right before asking the store. */
  rearm(): void {
    if (this.pending === 'ended') this.pending = undefined;
  }

  /** Waits until the end, at most `ms` milliseconds, or until the caller has gone. Throws what `fail` was given. */
  async wait(ms: number, caller: AbortSignal): Promise<WaitEnd> {
    if (caller.aborted) return 'gone';
    if (this.pending) return this.pending;
    if (ms <= 0) return 'timeout';
    const gone = (): void => {
      this.end('gone');
    };
    caller.addEventListener('abort', gone);
    const timer = setTimeout(() => {
      this.end('timeout');
    }, ms);
    try {
      return await new Promise<WaitEnd>((resolve, reject) => {
        this.resolve = resolve;
        this.reject = reject;
      });
    } finally {
      this.resolve = undefined;
      this.reject = undefined;
      clearTimeout(timer);
      caller.removeEventListener('abort', gone);
    }
  }
}
