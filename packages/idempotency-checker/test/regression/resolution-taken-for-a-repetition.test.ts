import { expect, test } from 'vitest';
import { check, type Result } from '../../src/index.js';
import { granted, Story } from '../support/story.js';

/**
 * Old behaviour: a false alarm of the rule `linearizable`. Two operators said `retry`, each of another attempt, the second
 * so slowly that it had begun before the first was answered.
 *
 * Cause: a success that may have been the repetition of another was placed as that at once, without a choice, and the record
 * that it was answered was not compared. So nobody was left to resolve the second attempt.
 *
 * Fix: only answers that can change nothing wherever they are placed go without a choice; a resolution's record counts.
 */
test('a slow resolution of a later attempt is not taken for the repetition of an earlier one', () => {
  const retry = { op: 'resolve', resolution: 'retry', outcome: null } as const;
  const story = new Story()
    .claims('a', granted('a', 1), { at: 1_000 })
    .call(retry, releasedOf(1), { at: 20_000, lasts: 10 })
    .call(retry, releasedOf(2), { at: 20_005, lasts: 20_000 })
    .claims('b', granted('b', 2, 2), { at: 21_000 })
    .claims('c', granted('c', 3, 3), { at: 45_000 });

  const { violations, undecided } = check([story.history]);

  expect({ violations, undecided }).toEqual({ violations: [], undecided: [] });
});

function releasedOf(attempt: number): Result {
  const record = { state: 'released', onLeaseExpiry: 'block', outcome: null, completedAt: null } as const;
  return { kind: 'record', record: { ...record, attempt, fencingToken: attempt } };
}
