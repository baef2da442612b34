import { Counter, type Registry } from 'prom-client';

/** The counter's name, help and labels, as for prom-client. */
interface TallyOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registry: Registry;
}

/**
 * A counter of what each claim counts. prom-client puts the name of a series together for each count, even where the series was
 * looked up; so counts are kept here, and told to it when somebody scrapes.
 */
export class Tally<Label extends string> {
  private readonly counter: Counter<Label>;
  private readonly series: Series<Label>[] = [];

  constructor({ registry, labelNames, ...names }: TallyOptions<Label>) {
    const tell = (): void => {
      for (const series of this.series) {
        this.counter.inc(series.labels, series.untold);
        series.untold = 0;
      }
    };
    this.counter = new Counter({
      ...names,
      labelNames: [...labelNames],
      registers: [registry],
      collect: tell,
    });
  }

  /** A new series, which is told from 0 on. Its caller keeps it. */
  seriesOf(labels: Record<Label, string>): Series<Label> {
    const series = { labels, untold: 0 };
    this.series.push(series);
    return series;
  }
}

/** One series; who counts adds to it. */
export interface Series<Label extends string> {
  readonly labels: Record<Label, string>;
  /** Counted since the last scrape. */
  untold: number;
}
