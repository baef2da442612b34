import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import type { BatchReport } from '../batching/batcher.js';
import { CallMetrics } from './call-metrics.js';
import { Distributions, type Distribution } from './distributions.js';
import { registerGauges, type GaugeSources } from './gauges.js';
import { Tally, type Series } from './tally.js';

/** Gauges that prom-client names like counters, to the annoyance of every linter; what they say is of no use here. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

interface BatchSeries {
  readonly size: Distribution;
  readonly queued: Distribution;
}

/** What the service counts, in Prometheus' terms. Series of what happens often are looked up once. */
export class Metrics {
  /** Features with metrics of their own register them here. */
  readonly registry = new Registry();

  /** Of every call over HTTP. */
  readonly calls = new CallMetrics(this.registry);

  private readonly decisions = new Tally({
    name: 'idempotency_claim_decisions_total',
    help: 'Claims answered, by decision.',
    labelNames: ['decision'],
    registry: this.registry,
  });

  private readonly regrants = new Counter({
    name: 'idempotency_claims_reattempted_total',
    help: 'Claims granted beyond the first attempt: takeovers, and claims after a release.',
    registers: [this.registry],
  });

  private readonly takeovers = new Counter({
    name: 'idempotency_takeovers_total',
    help: 'Claims granted because the lease of the executor before had ended.',
    registers: [this.registry],
  });

  private readonly expiries = new Counter({
    name: 'idempotency_lease_expiries_total',
    help: 'Leases that were seen to have ended without an outcome, by policy: block when the unknown outcome is found, takeover when it is taken over.',
    labelNames: ['policy'],
    registers: [this.registry],
  });

  private readonly lost = new Counter({
    name: 'idempotency_claims_lost_total',
    help: 'Calls with a token that had lost its claim, by operation: evidence of executors that outlived their lease.',
    labelNames: ['operation'],
    registers: [this.registry],
  });

  private readonly shed = new Counter({
    name: 'idempotency_calls_shed_total',
    help: 'Calls refused because too many waited for a statement, by operation.',
    labelNames: ['operation'],
    registers: [this.registry],
  });

  private readonly batchSize = new Distributions({
    name: 'idempotency_batch_size',
    help: 'Calls that one statement carried, by operation.',
    labelNames: ['operation'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registry: this.registry,
  });

  private readonly queueSeconds = new Distributions({
    name: 'idempotency_batch_queue_seconds',
    help: 'Time that the oldest call of a batch waited to be sent, by operation.',
    labelNames: ['operation'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2],
    registry: this.registry,
  });

  private readonly replayLookups = new Tally({
    name: 'idempotency_replay_cache_lookups_total',
    help: 'Look-ups of completed outcomes in memory, by layer (process, shared) and result (hit, miss).',
    labelNames: ['layer', 'result'],
    registry: this.registry,
  });

  private readonly swept = new Counter({
    name: 'idempotency_swept_rows_total',
    help: 'Rows deleted because their retention was over, by table.',
    labelNames: ['table'],
    registers: [this.registry],
  });

  private readonly decidedAs = new Map<string, Series<'decision'>>();
  private readonly batchesOf = new Map<string, BatchSeries>();
  private readonly lookedUp = {
    process: this.lookUpsOf('process'),
    shared: this.lookUpsOf('shared'),
  };

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const name of misnamed) this.registry.removeSingleMetric(name);
    // A rate that alerts on the first one needs a zero before it.
    for (const policy of ['block', 'takeover']) this.expiries.inc({ policy }, 0);
    for (const operation of ['complete', 'renew', 'checkpoint', 'release']) this.lost.inc({ operation }, 0);
  }

  /** Registers what is looked at when somebody scrapes. Once. */
  watch(sources: GaugeSources): void {
    registerGauges(this.registry, sources);
  }

  claimDecided(decision: string, attempt: number | null, isTakeover: boolean): void {
    this.decided(decision).untold++;
    if (attempt !== null && attempt > 1) this.regrants.inc();
    if (isTakeover) {
      this.takeovers.inc();
      this.leasesExpired('takeover', 1);
    }
  }

  claimLost(operation: string): void {
    this.lost.inc({ operation });
  }

  /** Leases found to have ended without an outcome. Each is to be told of once, by one replica. */
  leasesExpired(policy: 'block' | 'takeover', leases: number): void {
    this.expiries.inc({ policy }, leases);
  }

  batchSent(report: BatchReport): void {
    const { size, queued } = this.batches(report.operation);
    size.observe(report.size);
    queued.observe(report.queuedMs / 1000);
  }

  callShed(operation: string): void {
    this.shed.inc({ operation });
  }

  replayLookedUp(layer: 'process' | 'shared', hit: boolean): void {
    this.lookedUp[layer][hit ? 'hit' : 'miss'].untold++;
  }

  rowsSwept(table: string, rows: number): void {
    this.swept.inc({ table }, rows);
  }

  private decided(decision: string): Series<'decision'> {
    let series = this.decidedAs.get(decision);
    if (!series) this.decidedAs.set(decision, (series = this.decisions.seriesOf({ decision })));
    return series;
  }

  private batches(operation: string): BatchSeries {
    let series = this.batchesOf.get(operation);
    if (!series) {
      series = {
        size: this.batchSize.seriesOf({ operation }),
        queued: this.queueSeconds.seriesOf({ operation }),
      };
      this.batchesOf.set(operation, series);
    }
    return series;
  }

  private lookUpsOf(layer: string): Record<'hit' | 'miss', Series<'layer' | 'result'>> {
    return {
      hit: this.replayLookups.seriesOf({ layer, result: 'hit' }),
      miss: this.replayLookups.seriesOf({ layer, result: 'miss' }),
    };
  }

  /** The text exposition format. */
  expose(): Promise<string> {
    return this.registry.metrics();
  }
}
