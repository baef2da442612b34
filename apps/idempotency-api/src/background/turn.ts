import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonValue } from '@infra-services/idempotency-contract';
import type { Database } from '../infrastructure/database/database.js';
import { handBackTask } from './sql/hand-back-task.js';
import { keepTask } from './sql/keep-task.js';
import type { TakenRow } from './sql/take-task.js';
import type { Turn } from './task.js';

/** Between two steps, at the least. Milliseconds. */
const MIN_PAUSE_MS = 20;

/**
 * Pauses last so many times as long as the step before them: a task takes a sixth of one core and of the disk at the most, however
 * large its steps are and however busy the machine, and leaves the rest to claims. VACUUM, which follows the sweep, comes on top.
 */
const PAUSE_PER_STEP = 5;

/** A turn that keeps nothing in the meantime renews its lease this often. */
const RENEWALS_PER_LEASE = 3;

/** A holding of a task, as its row in Postgres has it. Ours until somebody takes a later term. */
export class HeldTurn implements Turn {
  readonly progress: JsonValue;
  private readonly term: number;
  private readonly keepEveryMs: number;
  private keptAt = performance.now();
  private steppedAt = this.keptAt;

  constructor(
    private readonly db: Database,
    private readonly name: string,
    private readonly holder: string,
    private readonly leaseMs: number,
    taken: TakenRow,
    private readonly stopped: AbortSignal,
  ) {
    this.keepEveryMs = leaseMs / RENEWALS_PER_LEASE;
    this.term = taken.term;
    this.progress = taken.progress;
  }

  async goOn(progress?: JsonValue): Promise<boolean> {
    const stepMs = performance.now() - this.steppedAt;
    const isOld = performance.now() - this.keptAt > this.keepEveryMs;
    if ((progress !== undefined || isOld) && !(await this.keep(progress))) return false;
    // Within the lease, which is kept before a pause and not in it.
    const pauseMs = Math.min(Math.max(MIN_PAUSE_MS, PAUSE_PER_STEP * stepMs), this.keepEveryMs);
    await sleep(pauseMs, undefined, { signal: this.stopped, ref: false }).catch(() => undefined);
    this.steppedAt = performance.now();
    return !this.stopped.aborted;
  }

  /** Lets go; it is due again after that many milliseconds. Throws `StoreFailure`. */
  handBack(dueInMs: number, hasSucceeded: boolean): Promise<void> {
    return handBackTask(this.db, this.name, this.term, this.holder, dueInMs, hasSucceeded);
  }

  private async keep(progress: JsonValue | undefined): Promise<boolean> {
    const isOurs = await keepTask(this.db, this.name, this.term, this.holder, this.leaseMs, progress);
    this.keptAt = performance.now();
    return isOurs;
  }
}
