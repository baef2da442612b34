import { assertAnswered, type Measurement } from '../load/measurement.js';
import { watchStolenTime } from '../load/stolen-time.js';
import type { Sides } from '../sides/sides.js';
import { CaseBench, type Case, type Contestant } from './case.js';
import { summarize, type Summary } from './summary.js';
import { judge, type Verdict } from './targets.js';

/** How long and how often. */
export interface Effort {
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export interface ContestantResult {
  readonly name: string;
  readonly label: string;
  readonly side: string | null;
  readonly summary: Summary;
  readonly rounds: readonly Measurement[];
}

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly generator: string;
  readonly contestants: readonly ContestantResult[];
  /** Labels of contestants that cannot run here, and why. */
  readonly leftOut: readonly { readonly label: string; readonly reason: string }[];
  /** Share of the cores' time that the host gave to others during the rounds; null where the system does not say. */
  readonly stolenShare: number | null;
  readonly verdicts: readonly Verdict[];
}

/** What each contestant was measured at, one after the other, by name. */
type Round = ReadonlyMap<string, Measurement>;

/** Prepares, warms up and measures the contestants, interleaved: A B A B. Their sides run. */
export async function runCase(subject: Case, sides: Sides, effort: Effort): Promise<CaseResult> {
  const bench = new CaseBench(sides);
  const able = subject.contestants.filter(({ side }) => side === undefined || sides.find(side) !== undefined);
  for (const contestant of able) await contestant.prepare?.(bench);

  const measure = async (contestant: Contestant, seconds: number): Promise<Measurement> => {
    const measurement = await contestant.measure(bench, seconds);
    assertAnswered(`${subject.name}, ${contestant.label}`, measurement);
    bench.remember(contestant.name, measurement);
    return measurement;
  };
  for (const contestant of able) await measure(contestant, effort.warmUpSeconds);
  const stolenTime = watchStolenTime();
  const rounds: Round[] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const measurements = new Map<string, Measurement>();
    for (const contestant of able) {
      measurements.set(contestant.name, await measure(contestant, effort.seconds));
    }
    rounds.push(measurements);
  }
  const stolenShare = stolenTime();
  for (const contestant of able) await contestant.prove?.(bench);

  return {
    name: subject.name,
    title: subject.title,
    unit: subject.unit,
    generator: subject.generator,
    contestants: able.map((contestant) => resultOf(contestant, rounds)),
    leftOut: leftOut(subject, sides),
    stolenShare,
    verdicts: subject.targets.map((target) => judge(target, rounds)),
  };
}

function resultOf(contestant: Contestant, all: readonly Round[]): ContestantResult {
  const { name, label, side = null } = contestant;
  const rounds = all.flatMap((round) => round.get(name) ?? []);
  return { name, label, side, summary: summarize(rounds), rounds };
}

function leftOut(subject: Case, sides: Sides): CaseResult['leftOut'] {
  return subject.contestants.flatMap(({ label, side }) => {
    const reason = side && sides.unavailable.get(side);
    return reason === undefined ? [] : [{ label, reason }];
  });
}
