import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Readiness } from './health/readiness.js';
import type { ExecutionWaiters } from './idempotency/waiting/execution-waiters.js';
import type { Database } from './infrastructure/database/database.js';
import type { RetentionSweeper } from './retention/retention.sweeper.js';

/**
 * The order in which the service stops: it says that it is not ready and answers its waiters; the HTTP server
 * takes no more calls and finishes those it has (Nest does that between these two hooks); only then the store
 * goes.
 */
export class Shutdown implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly readiness: Readiness,
    private readonly waiters: ExecutionWaiters,
    private readonly sweeper: RetentionSweeper,
    private readonly db: Database,
  ) {}

  onModuleInit(): void {
    this.sweeper.start();
  }

  beforeApplicationShutdown(): void {
    this.readiness.drain();
    this.waiters.drain();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
    await this.db.close();
  }
}
