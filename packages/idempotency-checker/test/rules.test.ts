import { describe, expect, test } from 'vitest';
import { check } from '../src/index.js';
import {
  completedWith,
  granted,
  inProgress,
  outcomeUnknown,
  paid,
  refunded,
  replayed,
  Story,
} from './support/story.js';

const claimed = (): Story => new Story().claims('a', granted('a', 1));
const done = (): Story => claimed().executes('a', 1).completes('a', paid);
const retry = { op: 'resolve', resolution: 'retry', outcome: null } as const;
const released = {
  kind: 'record',
  record: {
    state: 'released',
    attempt: 1,
    fencingToken: 1,
    onLeaseExpiry: 'block',
    outcome: null,
    completedAt: null,
  },
} as const;
const read = { op: 'get' } as const;
const deleteIt = { op: 'delete', force: false } as const;

/** Every rule with histories that break it and histories, as near to those as can be, that do not. */
const cases: Record<string, { breaking: Record<string, Story>; passing: Record<string, Story> }> = {
  'one-execution-per-epoch': {
    breaking: {
      'one grant, two executions': claimed().executes('a', 1).executes('a', 1),
      'one fencing token for two claim tokens': claimed().claims('b', granted('b', 1)),
    },
    passing: {
      'the same claim asked twice': claimed().claims('a', granted('a', 1)).executes('a', 1),
      'two executions, each under its own grant': new Story()
        .claims('a', granted('a', 1), { onLeaseExpiry: 'takeover' })
        .executes('a', 1)
        .claims('b', granted('b', 2, 2), { at: 20_000, onLeaseExpiry: 'takeover' })
        .executes('b', 2),
    },
  },
  'one-execution-under-block': {
    breaking: {
      'the lease ran out and somebody else executed': claimed()
        .executes('a', 1)
        .claims('b', granted('b', 2, 2), { at: 20_000 })
        .executes('b', 2),
      'one retry, two executions more': claimed()
        .executes('a', 1)
        .call(retry, released, { at: 20_000 })
        .claims('b', granted('b', 2, 2))
        .executes('b', 2)
        .claims('c', granted('c', 3, 3), { at: 40_000 })
        .executes('c', 3),
    },
    passing: {
      'an operator said retry': claimed()
        .executes('a', 1)
        .call(retry, released, { at: 20_000 })
        .claims('b', granted('b', 2, 2))
        .executes('b', 2),
      'the outcome was forgotten at the end of its retention': new Story()
        .claims('a', granted('a', 1), { retentionMs: 5_000 })
        .executes('a', 1)
        .completes('a', paid)
        .claims('b', granted('b', 2), { at: 9_000, retentionMs: 5_000 })
        .executes('b', 2),
    },
  },
  'replays-are-the-outcome': {
    breaking: {
      'an outcome that nobody stored': done().claims('b', replayed(refunded)),
      'two outcomes of one completion': done()
        .completes('a', refunded, 'unknown')
        .claims('b', replayed(paid))
        .claims('b', replayed(refunded)),
      'completed anew without having been forgotten': done().claims('b', replayed(paid, 'T2')),
    },
    passing: {
      'the outcome, its members in another order': new Story()
        .claims('a', granted('a', 1))
        .completes('a', { status: 200, body: { one: 1, two: 2 } })
        .claims('b', replayed({ body: { two: 2, one: 1 }, status: 200 })),
      'the outcome of a completion without an answer': claimed()
        .completes('a', paid, 'unknown')
        .claims('b', replayed(paid)),
    },
  },
  'fencing-grows': {
    breaking: {
      'a later claim with a smaller token': new Story()
        .claims('a', granted('a', 5), { onLeaseExpiry: 'takeover' })
        .claims('b', granted('b', 4, 2), { onLeaseExpiry: 'takeover', at: 20_000 }),
    },
    passing: {
      'two claims at once may be answered in either order': new Story()
        .claims('b', granted('b', 2, 2), { onLeaseExpiry: 'takeover', leaseMs: 100, at: 1_000, lasts: 500 })
        .claims('a', granted('a', 1), { onLeaseExpiry: 'takeover', leaseMs: 100, at: 1_001, lasts: 500 }),
    },
  },
  'completions-are-kept': {
    breaking: {
      'granted after an acknowledged completion': done().claims('b', granted('b', 2, 2)),
      'unknown after a replay': claimed()
        .completes('a', paid, 'unknown')
        .claims('b', replayed(paid))
        .claims('c', outcomeUnknown, { at: 20_000 }),
      'not there any more': done().call(read, { kind: 'refused', code: 'RECORD_NOT_FOUND' }),
    },
    passing: {
      'deleted in between': done().call(deleteIt, { kind: 'done' }).claims('b', granted('b', 2)),
      'perhaps deleted in between': done().call(deleteIt, 'unknown').claims('b', granted('b', 2)),
      'a completion that was never acknowledged may be lost': claimed()
        .completes('a', paid, 'unknown')
        .claims('c', outcomeUnknown, { at: 20_000 }),
    },
  },
  'never-back-in-progress': {
    breaking: {
      'in progress after an acknowledged completion': done().claims('b', inProgress),
    },
    passing: {
      'in progress while the completion was on its way': claimed()
        .completes('a', paid, completedWith(paid), { at: 3_000, lasts: 1_000 })
        .claims('b', inProgress, { at: 3_500 }),
    },
  },
  linearizable: {
    breaking: {
      'a takeover of a lease that is live': claimed().claims('b', granted('b', 2, 2), { at: 3_000 }),
      'in progress although nobody claimed': new Story().claims('a', inProgress),
      'an attempt was skipped': new Story().claims('a', granted('a', 1, 2)),
      'a replay for another request': done().claims('b', replayed(paid), { fingerprint: 'other' }),
      'a lease that ended and is live again, unrenewed': claimed()
        .claims('b', outcomeUnknown, { at: 20_000 })
        .claims('b', inProgress, { at: 30_000 }),
      'resolved although the lease was live': claimed().call(retry, released, { at: 3_000 }),
      'a completion by a token that lost the claim': claimed()
        .call(retry, released, { at: 20_000 })
        .completes('a', paid),
    },
    passing: {
      'a lost grant that another caller runs into': new Story()
        .claims('a', 'unknown')
        .claims('b', inProgress),
      'a lost grant that its caller asks for again': new Story()
        .claims('a', 'unknown')
        .claims('a', granted('a', 7))
        .completes('a', paid, completedWith(paid, 'T1', 7)),
      'a lost renewal keeps the lease alive': claimed()
        .call({ op: 'renew', claimToken: 'a', leaseMs: null }, 'unknown', { at: 9_000 })
        .claims('b', inProgress, { at: 15_000 }),
      'a late completion under block': claimed()
        .claims('b', outcomeUnknown, { at: 20_000 })
        .completes('a', paid)
        .claims('b', replayed(paid)),
    },
  },
};

describe.each(Object.entries(cases))('%s', (rule, { breaking, passing }) => {
  test.each(Object.entries(breaking))('is broken by: %s', (_name, story) => {
    const broken = check([story.history]).violations.map((violation) => violation.rule);
    expect(broken).toContain(rule);
  });

  test.each(Object.entries(passing))('holds for: %s', (_name, story) => {
    const { violations, undecided } = check([story.history]);
    expect({ violations, undecided }).toEqual({ violations: [], undecided: [] });
  });
});
