import type { Report } from './check.js';

/** As many findings as a person reads; the rest is counted. */
const SHOWN = 20;

/** The report in lines. */
export function describeReport(report: Report): string {
  const { records, calls, unknownCalls, executions, violations, undecided } = report;
  const head = `${calls} calls on ${records} records, ${unknownCalls} of them with an unknown result; ${executions} executions witnessed`;
  const found = violations
    .slice(0, SHOWN)
    .map(
      ({ rule, record, what, calls: ids }) => `${rule}: ${record}: ${what} (${ids.join(', ') || 'witness'})`,
    );
  if (violations.length > SHOWN) found.push(`… and ${violations.length - SHOWN} more`);
  const open = undecided.map(
    (record) => `undecided: ${record}: the search gave up; nothing is claimed of it`,
  );
  return [head, ...found, ...open, `${violations.length} violations, ${undecided.length} undecided`].join(
    '\n',
  );
}

/** 0: holds. 1: a rule is broken. 2: no rule is known to be broken, and not every record could be decided. */
export function exitCodeOf({ violations, undecided }: Report): 0 | 1 | 2 {
  if (violations.length > 0) return 1;
  return undecided.length > 0 ? 2 : 0;
}
