import { setTimeout } from 'node:timers/promises';
import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Readiness } from './health/readiness.js';
import type { ExecutionWaiters } from './idempotency/waiting/execution-waiters.js';
import type { Database } from './infrastructure/database/database.js';
import type { RedisConnection } from './infrastructure/redis/redis-connection.js';
import type { Tracing } from './infrastructure/tracing/tracing.js';

/** What runs in the background from start to stop. */
export interface BackgroundTask {
  /** Throws what must keep the service from starting. */
  start(): void | Promise<void>;
  stop(): Promise<void>;
}

/**
 * The order in which the service starts and stops. Stopping, it says that it is not ready, answers its waiters, and
 * goes on answering for a while, so that whoever asks it can turn elsewhere; then the HTTP server takes no more calls and
 * finishes those it has (Nest does that between the two hooks below); only then the store goes.
 */
export class Lifecycle implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly readiness: Readiness,
    private readonly waiters: ExecutionWaiters,
    private readonly tasks: readonly BackgroundTask[],
    private readonly redis: RedisConnection | undefined,
    private readonly db: Database,
    private readonly tracing?: Tracing,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const task of this.tasks) await task.start();
  }

  /** Says that this replica is about to stop, and serves for so many milliseconds more. */
  async drain(ms: number): Promise<void> {
    this.sayNotReady();
    await setTimeout(ms);
  }

  beforeApplicationShutdown(): void {
    this.sayNotReady();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
    this.redis?.close();
    await this.db.close();
    await this.tracing?.close();
  }

  private sayNotReady(): void {
    this.readiness.drain();
    this.waiters.drain();
  }
}
