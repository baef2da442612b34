import { expect, test } from 'vitest';
import { linearize } from '../../src/search/linearize.js';
import { granted, paid, Story } from '../support/story.js';

/**
 * Old behaviour: undecided, after twenty seconds. A record was completed and is kept for two seconds, in which an outage lost two dozen
 * claims; behind its forgetting it was claimed anew.
 *
 * Cause: a claim that nobody heard of again may take effect at any time, so each was tried as one that finds the retention over,
 * also before calls that ended within it.
 *
 * Fix: what comes before a call in the order took effect before that one ended.
 */
test('a lost claim is not granted anew before calls that ended while the record was kept', () => {
  const terms = { onLeaseExpiry: 'takeover', leaseMs: 1_000, retentionMs: 2_000 } as const;
  const record = { state: 'completed', onLeaseExpiry: 'takeover', attempt: 1, fencingToken: 1 } as const;
  const completed = { kind: 'record', record: { ...record, outcome: paid, completedAt: 'T1' } } as const;
  const callers = ['t0', 't1', 't2', 't3'];
  const story = new Story();
  for (const caller of ['u0', 'u1', 'u2', 'u3']) story.claims(caller, 'unknown', { at: 1_000, ...terms });
  story.claims('first', granted('first', 1), { at: 1_001, lasts: 260, ...terms });
  story.completes('first', paid, completed, { at: 1_265, lasts: 140 });
  for (const at of [1_300, 1_360, 1_500])
    for (const caller of callers) story.claims(caller, 'unknown', { at, ...terms });
  story.claims('second', granted('second', 2), { at: 3_676, lasts: 280, ...terms });
  const release = { op: 'release', claimToken: 'second', effect: 'none' } as const;
  story.call(release, { kind: 'let_go', state: 'released' }, { at: 6_449, lasts: 580 });
  story.claims('third', granted('third', 3, 2), { at: 6_583, lasts: 340, ...terms });

  expect(linearize(story.history.calls, 2_000).kind).toBe('linearizable');
});
