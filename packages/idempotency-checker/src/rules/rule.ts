import type { RecordHistory } from '../history/history.js';

/** What breaks a rule, for people: one sentence, and the ids of the calls that show it. */
export interface Violation {
  readonly rule: string;
  readonly record: string;
  readonly what: string;
  readonly calls: readonly string[];
}

/** Looks at one record. Rules know nothing of one another, nor of the state machine that the search uses. */
export interface Rule {
  readonly name: string;
  check(history: RecordHistory): Iterable<Finding>;
}

export type Finding = Pick<Violation, 'what' | 'calls'>;
