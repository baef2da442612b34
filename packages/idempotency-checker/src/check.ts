import type { RecordHistory } from './history/history.js';
import { completionsAreKept, neverBackInProgress } from './rules/after-completion.js';
import { fencingGrows } from './rules/fencing-grows.js';
import { checkLinearizable, linearizableName } from './rules/linearizable.js';
import { oneExecutionPerEpoch } from './rules/one-execution-per-epoch.js';
import { oneExecutionUnderBlock } from './rules/one-execution-under-block.js';
import { replaysAreTheOutcome } from './rules/replays-are-the-outcome.js';
import type { Rule, Violation } from './rules/rule.js';

/** The rules that need no search, in the order of the documents. */
export const rules: readonly Rule[] = [
  oneExecutionPerEpoch,
  oneExecutionUnderBlock,
  replaysAreTheOutcome,
  fencingGrows,
  completionsAreKept,
  neverBackInProgress,
];

/** What came of checking a history. It holds only if there is no violation and nothing undecided. */
export interface Report {
  readonly records: number;
  readonly calls: number;
  readonly unknownCalls: number;
  readonly executions: number;
  readonly violations: readonly Violation[];
  /** Records for which the search gave up; of them nothing is claimed. */
  readonly undecided: readonly string[];
}

/** Checks every rule on every record. */
export function check(histories: readonly RecordHistory[]): Report {
  const violations: Violation[] = [];
  const undecided: string[] = [];
  for (const history of histories) {
    for (const rule of rules) {
      for (const finding of rule.check(history))
        violations.push({ rule: rule.name, record: history.name, ...finding });
    }
    const searched = checkLinearizable(history);
    if (searched === 'undecided') undecided.push(history.name);
    else if (searched !== 'linearizable')
      violations.push({ rule: linearizableName, record: history.name, ...searched });
  }
  const count = (of: (history: RecordHistory) => number): number =>
    histories.reduce((sum, history) => sum + of(history), 0);
  return {
    records: histories.length,
    calls: count(({ calls }) => calls.length),
    unknownCalls: count(({ calls }) => calls.filter(({ result }) => result === undefined).length),
    executions: count(({ executions }) => executions.length),
    violations,
    undecided,
  };
}

/** Of no records. */
export const nothingChecked: Report = check([]);

/** What came of checking two histories that have no record in common. */
export function together(one: Report, other: Report): Report {
  return {
    records: one.records + other.records,
    calls: one.calls + other.calls,
    unknownCalls: one.unknownCalls + other.unknownCalls,
    executions: one.executions + other.executions,
    violations: [...one.violations, ...other.violations],
    undecided: [...one.undecided, ...other.undecided],
  };
}
