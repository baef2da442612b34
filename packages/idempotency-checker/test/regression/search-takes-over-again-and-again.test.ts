import { expect, test } from 'vitest';
import { linearize } from '../../src/search/linearize.js';
import { granted, inProgress, paid, replayed, Story } from '../support/story.js';

/**
 * Old behaviour: undecided, after half a minute. Of a record that could be taken over, and was forgotten two seconds after its
 * completion, an outage lost three dozen claims; then one was answered as the second attempt, and completed.
 *
 * Cause: any of the lost claims may have taken over from any other, in chains of any length. Answers rule such chains out by the
 * attempts that they tell; but this was left out wherever a record could be forgotten at all, as its attempts begin anew then.
 *
 * Fix: attempts grow as long as nothing that is still to come can have led to a forgetting by the time of the answer.
 */
test('lost claims are not put into chains that are longer than the attempts of answers, though the record is forgotten later', () => {
  const terms = { onLeaseExpiry: 'takeover', leaseMs: 4_000, retentionMs: 2_000 } as const;
  const record = { state: 'completed', onLeaseExpiry: 'takeover', attempt: 2, fencingToken: 7 } as const;
  const waiting = Array.from({ length: 6 }, (_, caller) => `w${caller}`);
  const callers = Array.from({ length: 6 }, (_, caller) => `t${caller}`);
  const story = new Story();
  for (const caller of [...waiting, ...callers]) story.claims(caller, 'unknown', { at: 1_000, ...terms });
  for (const caller of waiting) story.claims(caller, inProgress, { at: 2_000, lasts: 500, ...terms });
  for (const at of [3_000, 5_200])
    for (const caller of [...callers, 'next']) story.claims(caller, 'unknown', { at, ...terms });
  story.claims('next', granted('next', 7, 2), { at: 6_000, ...terms });
  const seen = { kind: 'record', record: { ...record, outcome: paid, completedAt: 'T1' } } as const;
  story.completes('next', paid, seen, { at: 6_500 });
  for (const caller of callers) story.claims(caller, replayed(paid, 'T1', 2), { at: 6_600, ...terms });
  story.call({ op: 'get' }, { kind: 'refused', code: 'RECORD_NOT_FOUND' }, { at: 16_000 });

  expect(linearize(story.history.calls, 10_000).kind).toBe('linearizable');
});
