import { setTimeout as sleep } from 'node:timers/promises';
import { QueueFull } from '../../errors/queue-full.js';
import { StoreFailure } from '../../errors/store-failure.js';

/** What a batch was, for the metrics. */
export interface BatchReport {
  readonly operation: string;
  readonly size: number;
  /** Milliseconds that the batch's oldest item waited before it was sent. */
  readonly queuedMs: number;
}

export interface BatcherOptions<Item, Result> {
  readonly operation: string;
  /** Statements in flight at once; items of one lane go one batch after the other, in order. */
  readonly lanes: number;
  readonly maxBatchSize: number;
  /** Items that may wait, over all lanes. */
  readonly maxQueued: number;
  /** Items with the same name are never in two batches at once. */
  affinity(item: Item): string;
  /** One result an item, in order. Throws `StoreFailure` if nothing is known of any. */
  run(items: readonly Item[]): Promise<Result[]>;
  onBatch?(report: BatchReport): void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly since: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** Tries at a batch that lost against other transactions (deadlock, serialization, lock timeout). */
const MAX_TRIES = 3;

/**
 * Natural batching: while one statement is on its way, arrivals queue, and the next statement carries them all. An
 * idle lane sends at once, so there is no timer and no added delay. Lanes split items by affinity, so that one
 * record is only ever in one statement of ours and keeps the order of its calls.
 */
export class Batcher<Item, Result> {
  private readonly lanes: Waiting<Item, Result>[][];
  private readonly busy: boolean[];
  private queued = 0;

  constructor(private readonly options: BatcherOptions<Item, Result>) {
    this.lanes = Array.from({ length: options.lanes }, () => []);
    this.busy = this.lanes.map(() => false);
  }

  /** The item's result. Throws `QueueFull`, or `StoreFailure` with the batch that carried it. */
  submit(item: Item): Promise<Result> {
    if (this.queued >= this.options.maxQueued) {
      return Promise.reject(new QueueFull(`${this.options.operation}: the queue is full`));
    }
    return new Promise((resolve, reject) => {
      const lane = laneOf(this.options.affinity(item), this.lanes.length);
      this.lanes[lane]!.push({ item, since: performance.now(), resolve, reject });
      this.queued++;
      if (!this.busy[lane]) void this.drain(lane);
    });
  }

  private async drain(lane: number): Promise<void> {
    this.busy[lane] = true;
    // Items that arrive in this turn of the event loop travel together.
    await Promise.resolve();
    for (let batch = this.take(lane); batch.length > 0; batch = this.take(lane)) {
      await this.send(batch, lane);
    }
    this.busy[lane] = false;
  }

  private take(lane: number): Waiting<Item, Result>[] {
    const batch = this.lanes[lane]!.splice(0, this.options.maxBatchSize);
    this.queued -= batch.length;
    return batch;
  }

  private async send(batch: readonly Waiting<Item, Result>[], lane: number): Promise<void> {
    const queuedMs = performance.now() - batch[0]!.since;
    this.options.onBatch?.({ operation: this.options.operation, size: batch.length, queuedMs });
    try {
      const results = await this.runWithRetry(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => {
        resolve(results[index]!);
      });
    } catch (error) {
      await this.fail(batch, lane, error);
    }
  }

  private async runWithRetry(items: readonly Item[]): Promise<Result[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.options.run(items);
      } catch (error) {
        const lostARace = error instanceof StoreFailure && error.kind === 'contention';
        if (!lostARace || tries === MAX_TRIES) throw error;
        // Jitter, so that two batches that deadlocked do not meet again.
        await sleep(Math.random() * 10 * tries);
      }
    }
  }

  private async fail(batch: readonly Waiting<Item, Result>[], lane: number, error: unknown): Promise<void> {
    const unavailable = error instanceof StoreFailure && error.kind === 'unavailable';
    if (!unavailable && batch.length > 1) {
      // One poisoned item must not fail its neighbours: halve until it stands alone.
      const middle = Math.ceil(batch.length / 2);
      await this.send(batch.slice(0, middle), lane);
      await this.send(batch.slice(middle), lane);
      return;
    }
    const affected = unavailable ? [...batch, ...this.takeAll(lane)] : batch;
    for (const { reject } of affected) reject(error);
  }

  /** Who waits behind a store that is away has waited long enough: each would only spend another timeout. */
  private takeAll(lane: number): Waiting<Item, Result>[] {
    const all = this.lanes[lane]!.splice(0);
    this.queued -= all.length;
    return all;
  }
}

/** FNV-1a over the name: spreads alike keys, costs tens of nanoseconds. */
function laneOf(name: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % lanes;
}
