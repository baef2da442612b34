import type { Measurement } from '../load/measurement.js';
import type { SideName } from '../sides/side.js';
import type { Sides } from '../sides/sides.js';

/** One line of a case's table. A contestant is a side, or something measured beside the sides. */
export interface Contestant {
  /** Unique within the case. */
  readonly name: string;
  readonly label: string;
  /** The side that must run; absent for what needs none. */
  readonly side?: SideName;
  /** Once, before anything is measured. */
  prepare?(bench: Bench): Promise<void>;
  /** One measurement of about so many seconds. */
  measure(bench: Bench, seconds: number): Promise<Measurement>;
  /** Once, after everything: throws if the side did not do what was measured. */
  prove?(bench: Bench): Promise<void>;
}

/** What contestants may ask for. */
interface Bench {
  /** Calls and rows go there. Throws if the side does not run. */
  urlOf(side: SideName): string;
  databaseUrlOf(side: SideName): string;
  /** The contestant's last measurement in this case, its warm-up included. */
  latest(contestant: string): Measurement | undefined;
}

/** What a figure is held against. */
export interface Bounds {
  /** E.g. `claims/s ≥ 0.75 × no-op ceiling`. */
  readonly text: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What the issue asks of a case. */
export interface Target extends Bounds {
  /** Which of the rounds' figures is held against the bound: the median, or the largest where every single one counts. */
  readonly held: 'median' | 'largest';
  /** The figure of one round, of what each contestant was measured at; undefined if one that it needs could not run. */
  figure(round: ReadonlyMap<string, Measurement>): number | undefined;
}

/** One comparison. */
export interface Case {
  readonly name: string;
  readonly title: string;
  /** What is counted: `claims`, `rows`, `cycles`. */
  readonly unit: string;
  /** Which load generator, with how many callers. */
  readonly generator: string;
  /** In the order of the rounds: A B A B. */
  readonly contestants: readonly Contestant[];
  readonly targets: readonly Target[];
}

/** The bench of one case, over the sides that run. */
export class CaseBench implements Bench {
  private readonly last = new Map<string, Measurement>();

  constructor(private readonly sides: Sides) {}

  urlOf(side: SideName): string {
    return this.running(side).url;
  }

  databaseUrlOf(side: SideName): string {
    const { databaseUrl } = this.running(side);
    if (databaseUrl === undefined) throw new Error(`the side ${side} has no database`);
    return databaseUrl;
  }

  latest(contestant: string): Measurement | undefined {
    return this.last.get(contestant);
  }

  remember(contestant: string, measurement: Measurement): void {
    this.last.set(contestant, measurement);
  }

  private running(name: SideName): { url: string; databaseUrl: string | undefined } {
    const side = this.sides.find(name);
    if (!side) throw new Error(`the side ${name} cannot run here`);
    return side;
  }
}
