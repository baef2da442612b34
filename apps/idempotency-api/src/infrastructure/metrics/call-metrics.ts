import { Counter, type Registry } from 'prom-client';
import { Distributions } from './distributions.js';

/** From an answer out of memory to the longest wait that a caller may ask for (30 s). Seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The series of one operation, looked up once: every call is counted in one of them. */
export interface CallSeries {
  /** Seconds from the first byte of the call to the last of its answer. */
  answered(status: number, seconds: number): void;
}

/** What is measured of every call. */
export class CallMetrics {
  private readonly durations: Distributions<'operation' | 'status_class'>;
  private readonly problems: Counter<'code'>;
  private readonly problemSeries = new Map<string, Counter.Internal>();

  constructor(registry: Registry) {
    this.durations = new Distributions({
      name: 'idempotency_http_request_duration_seconds',
      help: 'Time from a call to the end of its answer, by operation and class of status.',
      labelNames: ['operation', 'status_class'],
      buckets: BUCKETS,
      registry,
    });
    this.problems = new Counter({
      name: 'idempotency_problems_total',
      help: 'Calls answered with a problem, by code; those within a batch are not among them.',
      labelNames: ['code'],
      registers: [registry],
    });
  }

  /** The series of an operation. All classes are there from the start: a rate needs a zero before the first one. */
  seriesOf(operation: string): CallSeries {
    const [ok, redirected, refused, failed] = ['2xx', '3xx', '4xx', '5xx'].map((statusClass) =>
      this.durations.seriesOf({ operation, status_class: statusClass }),
    );
    return {
      answered: (status, seconds) => {
        const series = status < 300 ? ok : status < 400 ? redirected : status < 500 ? refused : failed;
        series?.observe(seconds);
      },
    };
  }

  problemAnswered(code: string): void {
    const series = this.problemSeries.get(code) ?? this.problems.labels(code);
    this.problemSeries.set(code, series);
    series.inc();
  }
}
