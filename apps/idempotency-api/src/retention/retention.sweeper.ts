import type { Task, Turn, TurnEnd } from '../background/task.js';
import type { Database } from '../infrastructure/database/database.js';
import { sweepDeduplications } from './sql/sweep-deduplications.js';
import { sweepRecords } from './sql/sweep-records.js';

export interface SweeperOptions {
  /** Milliseconds from the end of one sweep to the next. */
  readonly intervalMs: number;
  /** Rows a statement deletes at the most. */
  readonly batchSize: number;
  onSwept(table: string, rows: number): void;
}

/** Deletes what is over, in bounded batches. Safe beside other sweeps: a row is deleted once. */
export class RetentionSweeper implements Task {
  readonly name = 'sweep';
  readonly intervalMs: number;

  constructor(
    private readonly db: Database,
    private readonly options: SweeperOptions,
  ) {
    this.intervalMs = options.intervalMs;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    return (await this.sweep(() => turn.goOn())) ? 'done' : 'stopped';
  }

  /** Sweeps until nothing is over, or until it may not go on after a batch. Whether it came to the end. Throws `StoreFailure`. */
  async sweep(goOn: () => Promise<boolean> = () => Promise.resolve(true)): Promise<boolean> {
    return (
      (await this.sweepTable('idempotency_record', sweepRecords, goOn)) &&
      (await this.sweepTable('deduplication', sweepDeduplications, goOn))
    );
  }

  private async sweepTable(
    table: string,
    sweepBatch: (db: Database, limit: number) => Promise<number>,
    goOn: () => Promise<boolean>,
  ): Promise<boolean> {
    for (;;) {
      const swept = await sweepBatch(this.db, this.options.batchSize);
      this.options.onSwept(table, swept);
      if (swept < this.options.batchSize) return true;
      if (!(await goOn())) return false;
    }
  }
}
