import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { TaskEvents } from './task-runner.js';

/**
 * What is told of background tasks. Successes and pauses come from Postgres, so that every replica tells the same, whoever
 * runs a task; turns and failures are those of this replica.
 */
export class TaskMetrics implements Omit<TaskEvents, 'failed'> {
  private readonly lastSuccess: Gauge<'task'>;
  private readonly paused: Gauge<'task'>;
  private readonly running: Gauge<'task'>;
  private readonly seconds: Histogram<'task'>;
  private readonly failures: Counter<'task'>;

  constructor(registry: Registry) {
    const common = { labelNames: ['task'] as const, registers: [registry] };
    this.lastSuccess = new Gauge({
      ...common,
      name: 'idempotency_task_last_success_timestamp_seconds',
      help: 'When a turn of a background task last came to its end, on any replica.',
    });
    this.paused = new Gauge({
      ...common,
      name: 'idempotency_task_paused',
      help: 'Whether an operator has paused a background task.',
    });
    this.running = new Gauge({
      ...common,
      name: 'idempotency_task_running',
      help: 'Whether this replica runs a background task now.',
    });
    this.seconds = new Histogram({
      ...common,
      name: 'idempotency_task_duration_seconds',
      help: 'How long turns of background tasks took on this replica.',
      buckets: [0.01, 0.1, 1, 10, 60, 600, 3_600],
    });
    this.failures = new Counter({
      ...common,
      name: 'idempotency_task_failures_total',
      help: 'Turns of background tasks that failed on this replica.',
    });
  }

  seen(task: string, isPaused: boolean, succeededAtSeconds: number | null): void {
    this.paused.set({ task }, isPaused ? 1 : 0);
    if (succeededAtSeconds !== null) this.lastSuccess.set({ task }, succeededAtSeconds);
  }

  began(task: string): void {
    this.running.set({ task }, 1);
  }

  ended(task: string, seconds: number): void {
    this.running.set({ task }, 0);
    this.seconds.observe({ task }, seconds);
  }

  failed(task: string): void {
    this.failures.inc({ task });
  }
}
