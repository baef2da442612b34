import { expect, test } from 'vitest';
import { linearize } from '../../src/search/linearize.js';
import { granted, paid, replayed, Story } from '../support/story.js';

/**
 * Old behaviour: undecided, after half a minute. Of a record that could be taken over, and forgotten within the history, an outage lost
 * two dozen claims, each sent again with its token, and the holder's completion; then everybody was given its outcome.
 *
 * Cause: lost calls were tried in the order of their beginnings. Claims that might have taken over came first, in all their orders,
 * before the one completion that explained every answer.
 *
 * Fix: of lost calls those of who holds the record are tried first.
 */
test('a lost completion is found among lost claims, without going through their orders', () => {
  const terms = { onLeaseExpiry: 'takeover', leaseMs: 1_000, retentionMs: 2_000 } as const;
  const callers = Array.from({ length: 12 }, (_, caller) => `t${caller}`);
  const story = new Story().claims('holder', granted('holder', 1), { at: 1_000, ...terms });
  for (const at of [1_010, 2_200]) {
    for (const caller of callers) story.claims(caller, 'unknown', { at, ...terms });
    story.completes('holder', paid, 'unknown', { at: at + 1 });
  }
  for (const caller of callers) story.claims(caller, replayed(paid), { at: 3_000, lasts: 100, ...terms });

  expect(linearize(story.history.calls, 1_000).kind).toBe('linearizable');
});
