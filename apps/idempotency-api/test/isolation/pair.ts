import type { Contender, Situation } from './contenders.js';

/** What two operations are told, and the record that they leave. */
export type Ending = readonly [one: string, other: string, left: string];

/** Two operations that meet at a record, and how it may end if the one decides first, or the other. */
export interface Pair {
  readonly on: Situation;
  readonly one: Contender;
  readonly other: Contender;
  readonly oneFirst: readonly Ending[];
  readonly otherFirst: readonly Ending[];
}

/** A row of the tables. */
export const pair = (
  on: Situation,
  one: Contender,
  other: Contender,
  oneFirst: readonly Ending[],
  otherFirst: readonly Ending[],
): Pair => ({ on, one, other, oneFirst, otherFirst });

/** What is left, by state, attempt and outcome. */
export const left = {
  held: 'in_progress 1',
  taken: 'in_progress 2',
  free: 'released 1',
  done: 'completed 1: "by its holder"',
  settled: 'completed 1: "by an operator"',
} as const;
