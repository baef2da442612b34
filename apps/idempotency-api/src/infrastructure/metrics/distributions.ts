import { Histogram, type Registry } from 'prom-client';

/** The histogram's name, help, labels and upper bounds (ascending), as for prom-client. */
interface DistributionsOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

type Exposed<Label extends string> = Awaited<ReturnType<Histogram<Label>['get']>>;

/**
 * A histogram of what every call and every statement observes. prom-client puts the name of a series together for each value that
 * is observed, even where the series was looked up; so values are counted here, and put into its terms when somebody scrapes.
 */
export class Distributions<Label extends string> {
  private readonly empty: Histogram<Label>;
  private readonly series: { readonly labels: Record<Label, string>; readonly values: Distribution }[] = [];

  constructor(private readonly options: DistributionsOptions<Label>) {
    const { name, help, labelNames, registry } = options;
    this.empty = new Histogram({ name, help, labelNames: [...labelNames], registers: [] });
    // A registry asks a metric for its name, and then to be told all of it.
    registry.registerMetric(this as unknown as Histogram<Label>);
  }

  get name(): string {
    return this.options.name;
  }

  /** A new series, which is told from 0 on. Its caller keeps it. */
  seriesOf(labels: Record<Label, string>): Distribution {
    const values = new Distribution(this.options.buckets);
    this.series.push({ labels, values });
    return values;
  }

  /** All of it, as prom-client's registry asks for it. */
  async get(): Promise<Exposed<Label>> {
    const values = this.series.flatMap((series) => this.expose(series.labels, series.values));
    return { ...(await this.empty.get()), values };
  }

  private expose(labels: Record<Label, string>, values: Distribution): Exposed<Label>['values'] {
    const { name, buckets } = this.options;
    const upTo = [...buckets, '+Inf'].map((le, index) => ({
      metricName: `${name}_bucket`,
      labels: { le, ...labels },
      value: values.upTo(index),
    }));
    return [
      ...upTo,
      { metricName: `${name}_sum`, labels, value: values.sum },
      { metricName: `${name}_count`, labels, value: values.upTo(buckets.length) },
    ];
  }
}

/** The values of one series. */
export class Distribution {
  sum = 0;
  /** How many fell into each bucket, and how many beyond all bounds. */
  private readonly buckets: { readonly bound: number; values: number }[];

  constructor(bounds: readonly number[]) {
    this.buckets = [...bounds, Infinity].map((bound) => ({ bound, values: 0 }));
  }

  observe(value: number): void {
    for (const bucket of this.buckets) {
      // A value that equals a bound is below it.
      if (value <= bucket.bound) {
        bucket.values++;
        break;
      }
    }
    this.sum += value;
  }

  /** How many fell into the bucket or one before it. */
  upTo(bucket: number): number {
    return this.buckets.slice(0, bucket + 1).reduce((all, { values }) => all + values, 0);
  }
}
