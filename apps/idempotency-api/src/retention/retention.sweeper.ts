import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../infrastructure/database/database.js';
import { sweepDeduplications } from './sql/sweep-deduplications.js';
import { sweepRecords } from './sql/sweep-records.js';

export interface SweeperOptions {
  /** Milliseconds from the end of one sweep to the next. */
  readonly intervalMs: number;
  /** Rows a statement deletes at the most. */
  readonly batchSize: number;
  onSwept(table: string, rows: number): void;
  onFailed(error: unknown): void;
}

const RECORDS = 'idempotency_record';
const DEDUPLICATIONS = 'deduplication';

/** Between two batches of one sweep: leaves the disk and the locks to claims most of the time. */
const PAUSE_MS = 20;

/** Deletes what is over, in the background, in bounded batches. */
export class RetentionSweeper {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** Readings of the monotonic clock, in milliseconds. */
  private readonly cleanAt = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly options: SweeperOptions,
  ) {
    for (const table of [RECORDS, DEDUPLICATIONS]) this.cleanAt.set(table, performance.now());
  }

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the sweep in hand has ended its batch. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Sweeps until nothing is over. Throws `StoreFailure`. */
  async sweep(): Promise<void> {
    await this.sweepTable(RECORDS, sweepRecords);
    await this.sweepTable(DEDUPLICATIONS, sweepDeduplications);
  }

  /** Seconds since the last sweep that left nothing behind, or since the start, by table. Grows while sweeps fail. */
  lags(): Readonly<Record<string, number>> {
    const now = performance.now();
    return Object.fromEntries([...this.cleanAt].map(([table, at]) => [table, (now - at) / 1000]));
  }

  private async run(): Promise<void> {
    while (await this.pause(jittered(this.options.intervalMs))) {
      try {
        await this.sweep();
      } catch (error) {
        this.options.onFailed(error);
      }
    }
  }

  private async sweepTable(
    table: string,
    sweepBatch: (db: Database, limit: number) => Promise<number>,
  ): Promise<void> {
    let swept: number;
    do {
      swept = await sweepBatch(this.db, this.options.batchSize);
      this.options.onSwept(table, swept);
    } while (swept === this.options.batchSize && (await this.pause(PAUSE_MS)));
    if (swept < this.options.batchSize) this.cleanAt.set(table, performance.now());
  }

  /** False once the sweeper is to stop. */
  private async pause(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
    return !this.stopped.signal.aborted;
  }
}

/** Between 90 and 110 per cent, so that replicas started together drift apart. */
function jittered(ms: number): number {
  return ms * (0.9 + Math.random() * 0.2);
}
