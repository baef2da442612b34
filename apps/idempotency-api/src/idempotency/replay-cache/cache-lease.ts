import { setTimeout as sleep } from 'node:timers/promises';
import { slotOf } from '../domain/cache-slot.js';
import type { RecordKey } from '../domain/record.js';

export interface CacheLeaseOptions {
  /** Milliseconds for which one look at Postgres may be relied on. 0: never, and nothing is cached. */
  readonly leaseMs: number;
  readTerms(): Promise<{ at: Date; generations: number[] }>;
}

/** Looks a lease: one that is late or fails still leaves time for the next. */
const LOOKS_PER_LEASE = 3;

/**
 * What this replica may rely on between two looks at Postgres: the generations that cached replays count for, and the
 * latest that Postgres' clock can show. Both come from Postgres; our own clock only measures how long ago, from
 * before the question was sent, so that it errs towards relying too short. Whoever deletes a completed record waits
 * for a whole lease: by then every replica has either looked again or relies on nothing.
 */
export class CacheLease {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private terms: Terms | undefined;

  constructor(private readonly options: CacheLeaseOptions) {}

  start(): void {
    if (this.options.leaseMs > 0) this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** The terms, or undefined if the last look is too old: then no cache may answer or be filled. */
  current(): Terms | undefined {
    const { terms } = this;
    return terms && performance.now() - terms.askedAt < this.options.leaseMs ? terms : undefined;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      await this.look();
      const pause = this.options.leaseMs / LOOKS_PER_LEASE;
      await sleep(pause, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const askedAt = performance.now();
    try {
      const { at, generations } = await this.options.readTerms();
      this.terms = new Terms(askedAt, at.getTime(), generations);
    } catch {
      // The store is away: the lease runs out, and claims ask the store and are told so.
    }
  }
}

/** One look at Postgres. */
export class Terms {
  constructor(
    readonly askedAt: number,
    private readonly seenAt: number,
    private readonly generations: readonly number[],
  ) {}

  /** The generation that a replay of this record has to be of; -1 for a slot that Postgres does not know. */
  generationOf(record: RecordKey): number {
    return this.generations[slotOf(record)] ?? -1;
  }

  /** Whether the time may have come on Postgres' clock. A date there has microseconds, here milliseconds: hence the 1. */
  mayHavePassed(time: Date): boolean {
    return time.getTime() <= this.seenAt + (performance.now() - this.askedAt) + 1;
  }
}
