import { Gauge, type Registry } from 'prom-client';

/** What is looked at when somebody scrapes: state that is there anyway, so that it costs calls nothing. */
export interface GaugeSources {
  /** Calls that wait for a statement, by operation. */
  queueDepths(): Readonly<Record<string, number>>;
  pool(): { readonly total: number; readonly idle: number; readonly waiting: number };
  waiters(): number;
}

/** Registers the gauges. */
export function registerGauges(registry: Registry, sources: GaugeSources): void {
  const registers = [registry];
  new Gauge({
    name: 'idempotency_batch_queue_depth',
    help: 'Calls that wait for a statement, by operation.',
    labelNames: ['operation'],
    registers,
    collect() {
      for (const [operation, depth] of Object.entries(sources.queueDepths())) this.set({ operation }, depth);
    },
  });
  new Gauge({
    name: 'idempotency_database_pool_connections',
    help: 'Connections to PostgreSQL, by state (busy, idle).',
    labelNames: ['state'],
    registers,
    collect() {
      const { total, idle } = sources.pool();
      this.set({ state: 'busy' }, total - idle);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'idempotency_database_pool_waiting',
    help: 'Statements that wait for a connection to PostgreSQL.',
    registers,
    collect() {
      this.set(sources.pool().waiting);
    },
  });
  new Gauge({
    name: 'idempotency_waiters',
    help: 'Calls that wait for an execution in flight to end.',
    registers,
    collect() {
      this.set(sources.waiters());
    },
  });
}
