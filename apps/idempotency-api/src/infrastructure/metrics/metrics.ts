import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { BatchReport } from '../batching/batcher.js';

/** What the service counts, in Prometheus' terms. */
export class Metrics {
  /** Features with metrics of their own register them here. */
  readonly registry = new Registry();

  private readonly decisions = new Counter({
    name: 'idempotency_claim_decisions_total',
    help: 'Claims answered, by decision.',
    labelNames: ['decision'],
    registers: [this.registry],
  });

  private readonly regrants = new Counter({
    name: 'idempotency_claims_reattempted_total',
    help: 'Claims granted beyond the first attempt: takeovers, and claims after a release.',
    registers: [this.registry],
  });

  private readonly lost = new Counter({
    name: 'idempotency_claims_lost_total',
    help: 'Calls with a token that had lost its claim, by operation: evidence of executors that outlived their lease.',
    labelNames: ['operation'],
    registers: [this.registry],
  });

  private readonly batchSize = new Histogram({
    name: 'idempotency_batch_size',
    help: 'Calls that one statement carried, by operation.',
    labelNames: ['operation'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers: [this.registry],
  });

  private readonly queueSeconds = new Histogram({
    name: 'idempotency_batch_queue_seconds',
    help: 'Time that the oldest call of a batch waited to be sent, by operation.',
    labelNames: ['operation'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2],
    registers: [this.registry],
  });

  private readonly replayLookups = new Counter({
    name: 'idempotency_replay_cache_lookups_total',
    help: 'Look-ups of completed outcomes in memory, by layer (process, shared) and result (hit, miss).',
    labelNames: ['layer', 'result'],
    registers: [this.registry],
  });

  private readonly swept = new Counter({
    name: 'idempotency_swept_rows_total',
    help: 'Rows deleted because their retention was over, by table.',
    labelNames: ['table'],
    registers: [this.registry],
  });

  // Every claim counts some of these: their series are looked up once.
  private readonly decidedAs = new Map<string, Counter.Internal>();
  private readonly lookedUp = {
    process: this.lookUpsOf('process'),
    shared: this.lookUpsOf('shared'),
  };

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  claimDecided(decision: string, attempt: number | null): void {
    this.decided(decision).inc();
    if (attempt !== null && attempt > 1) this.regrants.inc();
  }

  claimLost(operation: string): void {
    this.lost.inc({ operation });
  }

  batchSent(report: BatchReport): void {
    this.batchSize.observe({ operation: report.operation }, report.size);
    this.queueSeconds.observe({ operation: report.operation }, report.queuedMs / 1000);
  }

  replayLookedUp(layer: 'process' | 'shared', hit: boolean): void {
    this.lookedUp[layer][hit ? 'hit' : 'miss'].inc();
  }

  rowsSwept(table: string, rows: number): void {
    this.swept.inc({ table }, rows);
  }

  private decided(decision: string): Counter.Internal {
    const series = this.decidedAs.get(decision) ?? this.decisions.labels(decision);
    this.decidedAs.set(decision, series);
    return series;
  }

  private lookUpsOf(layer: string): { hit: Counter.Internal; miss: Counter.Internal } {
    return { hit: this.replayLookups.labels(layer, 'hit'), miss: this.replayLookups.labels(layer, 'miss') };
  }

  /** The text exposition format. */
  expose(): Promise<string> {
    return this.registry.metrics();
  }
}
