import { assertAnswered, type Measurement } from '../load/measurement.js';
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
  readonly verdicts: readonly Verdict[];
}

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
  const rounds = await interleave(able, effort.rounds, (contestant) => measure(contestant, effort.seconds));
  for (const contestant of able) await contestant.prove?.(bench);

  const contestants = able.map((contestant) => resultOf(contestant, rounds.get(contestant) ?? []));
  const summaries = new Map(contestants.map(({ name, summary }) => [name, summary]));
  return {
    name: subject.name,
    title: subject.title,
    unit: subject.unit,
    generator: subject.generator,
    contestants,
    leftOut: leftOut(subject, sides),
    verdicts: subject.targets.map((target) => judge(target, summaries)),
  };
}

/** Measures each item once a round, in their order; what each was measured at, round by round. */
async function interleave<Item, Result>(
  items: readonly Item[],
  rounds: number,
  measure: (item: Item) => Promise<Result>,
): Promise<Map<Item, Result[]>> {
  const results = new Map(items.map((item) => [item, [] as Result[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [item, list] of results) list.push(await measure(item));
  }
  return results;
}

function resultOf(contestant: Contestant, rounds: readonly Measurement[]): ContestantResult {
  const { name, label, side = null } = contestant;
  return { name, label, side, summary: summarize(rounds), rounds };
}

function leftOut(subject: Case, sides: Sides): CaseResult['leftOut'] {
  return subject.contestants.flatMap(({ label, side }) => {
    const reason = side && sides.unavailable.get(side);
    return reason === undefined ? [] : [{ label, reason }];
  });
}
