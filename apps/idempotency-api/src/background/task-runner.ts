import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../infrastructure/database/database.js';
import { lookAtTasks, type TaskRow } from './sql/look-at-tasks.js';
import { takeTask } from './sql/take-task.js';
import type { Task, TurnEnd } from './task.js';
import { HeldTurn } from './turn.js';

/** What people who run the service want to know of tasks. Observers must not throw. */
export interface TaskEvents {
  /** What Postgres knows of a task, whoever runs it. */
  seen(name: string, isPaused: boolean, succeededAtSeconds: number | null): void;
  /** This replica has begun, and ended, a turn. */
  began(name: string): void;
  ended(name: string, seconds: number): void;
  failed(name: string, error: unknown): void;
}

export interface TaskRunnerOptions {
  /** Milliseconds between two looks for tasks that are due. */
  readonly pollMs: number;
  /** Milliseconds for which a replica that says nothing is presumed alive. */
  readonly leaseMs: number;
  readonly events: TaskEvents;
}

/** Before a turn that left something comes again, or one that failed if its interval is longer. Milliseconds. */
const SOON_MS = 5_000;

/**
 * Runs tasks, each on one replica at a time. Who runs one is a row in Postgres with a lease: a replica that dies says
 * nothing more, its lease ends, and the next look of any other takes the task with the progress that was kept.
 */
export class TaskRunner {
  /** This replica, as `background_task.holder` names it. */
  readonly holder = randomUUID();
  private readonly stopped = new AbortController();
  private readonly turns = new Map<string, Promise<void>>();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly tasks: readonly Task[],
    private readonly options: TaskRunnerOptions,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the steps in hand have ended and the tasks are handed back. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
    await Promise.all(this.turns.values());
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        await this.look();
      } catch {
        // The store is away. Nothing is taken, and the calls are told; the next look says when it is back.
      }
      await sleep(this.options.pollMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Takes what is due and free. */
  private async look(): Promise<void> {
    const rows = new Map((await lookAtTasks(this.db)).map((row) => [row.name, row]));
    for (const task of this.tasks) {
      const row = rows.get(task.name);
      if (row) this.tell(task, row);
      const isWanted = row !== undefined && (task.isWanted?.(row.progress) ?? false);
      const isForUs = !row || (row.is_free && (row.is_due || isWanted));
      if (isForUs && !this.turns.has(task.name) && !this.stopped.signal.aborted) {
        await this.take(task, isWanted);
      }
    }
  }

  private tell(task: Task, row: TaskRow): void {
    this.options.events.seen(task.name, row.is_paused, row.succeeded_at_s);
    task.onSeen?.(row.progress);
  }

  private async take(task: Task, isWanted: boolean): Promise<void> {
    const { leaseMs } = this.options;
    const taken = await takeTask(this.db, task.name, this.holder, leaseMs, isWanted);
    if (!taken) return;
    const turn = new HeldTurn(this.db, task.name, this.holder, leaseMs, taken, this.stopped.signal);
    const ended = this.runTurn(task, turn).finally(() => this.turns.delete(task.name));
    this.turns.set(task.name, ended);
  }

  /** Never throws: a task that fails is told of, and comes again. */
  private async runTurn(task: Task, turn: HeldTurn): Promise<void> {
    const { events } = this.options;
    const since = performance.now();
    events.began(task.name);
    try {
      const end = await task.run(turn);
      await turn.handBack(dueIn(end, task), end !== 'stopped');
    } catch (error) {
      events.failed(task.name, error);
      // Where the store is away this fails too, and the lease ends by itself.
      await turn.handBack(Math.min(SOON_MS, task.intervalMs), false).catch(() => undefined);
    }
    events.ended(task.name, (performance.now() - since) / 1000);
  }
}

function dueIn(end: TurnEnd, task: Task): number {
  switch (end) {
    case 'done':
      return task.intervalMs;
    case 'again':
      return Math.min(SOON_MS, task.intervalMs);
    case 'stopped':
      return 0;
  }
}
