import type { Call } from '../history/call.js';
import type { RecordHistory } from '../history/history.js';
import { forgettingOf } from './forgetting.js';
import { knownOutcomes } from './known-outcomes.js';
import type { Finding, Rule } from './rule.js';

/** What a caller was told is stored stays: no later answer may deny it. */
export const completionsAreKept: Rule = {
  name: 'completions-are-kept',
  *check(history) {
    yield* answersAfterCompletion(history, deniesCompletion, 'was denied later');
  },
};

/** A record does not go back to being executed. */
export const neverBackInProgress: Rule = {
  name: 'never-back-in-progress',
  *check(history) {
    yield* answersAfterCompletion(history, saysInProgress, 'was in progress again later');
  },
};

/** Answers, to calls that began after an outcome was known, that it must not give unless the record was forgotten. */
function* answersAfterCompletion(
  history: RecordHistory,
  isForbidden: (call: Call) => boolean,
  what: string,
): Iterable<Finding> {
  const known = knownOutcomes(history.calls)
    .map(({ call }) => call)
    .sort((one, other) => one.end - other.end);
  const forgetting = forgettingOf(history);
  let latest: Call | undefined;
  let ended = 0;
  for (const call of history.calls) {
    for (; (known[ended]?.end ?? Infinity) < call.begin; ended += 1) latest = known[ended];
    if (latest && isForbidden(call) && !forgetting.between(latest.begin, call.end))
      yield { what: `an outcome that a caller knew of ${what}`, calls: [latest.id, call.id] };
  }
}

function deniesCompletion({ operation, result }: Call): boolean {
  if (result?.kind === 'granted') return true;
  if (result?.kind === 'let_go' || (operation.op === 'renew' && result?.kind === 'done')) return true;
  if (result?.kind === 'record')
    return result.record.state === 'released' || result.record.state === 'outcome_unknown';
  return (
    result?.kind === 'refused' && (result.code === 'OUTCOME_UNKNOWN' || result.code === 'RECORD_NOT_FOUND')
  );
}

function saysInProgress({ result }: Call): boolean {
  if (result?.kind === 'record') return result.record.state === 'in_progress';
  return result?.kind === 'refused' && (result.code === 'CLAIM_IN_PROGRESS' || result.code === 'RECORD_OPEN');
}
