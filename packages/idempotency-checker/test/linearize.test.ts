import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  check,
  historiesOf,
  linearize,
  type Line,
  type Operation,
  type RecordHistory,
  type Result,
} from '../src/index.js';
import type { Call } from '../src/history/call.js';
import { next } from '../src/model/next.js';
import { initialState, type State } from '../src/model/state.js';
import {
  LEASE_MS,
  LONG_RETENTION_MS,
  outcomeOf,
  SequentialService,
  type Asked,
} from './support/sequential-service.js';
import { granted, paid, Story } from './support/story.js';

const token = fc.integer({ min: 1, max: 4 });
const policy = fc.constantFrom('block' as const, 'takeover' as const);
const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: fc.constant('claim' as const), token, policy }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('complete' as const), token }) },
  fc.record({
    op: fc.constant('release' as const),
    token,
    effect: fc.constantFrom('none' as const, 'unknown' as const),
  }),
  fc.record({ op: fc.constant('renew' as const), token }),
  fc.constant({ op: 'retry' as const }),
  { weight: 2, arbitrary: fc.constant({ op: 'get' as const }) },
);

type Fate = 'answered' | 'answer lost' | 'request lost';

/** One call: what it asks, when it takes effect after the one before, how much earlier it began and later it ended. */
function stepWith(...fates: Fate[]) {
  return fc.record({
    asked,
    pauseMs: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 * LEASE_MS })),
    earlyMs: fc.integer({ min: 0, max: 300 }),
    lateMs: fc.integer({ min: 0, max: 300 }),
    fate: fc.constantFrom(...fates),
  });
}

const step = stepWith('answered', 'answered', 'answered', 'answer lost', 'request lost');
const lossyStep = stepWith('answered', 'answer lost', 'request lost');

test.each([
  { kept: 'longer than it lasts', retentionMs: LONG_RETENTION_MS },
  { kept: 'and forgotten, time and again', retentionMs: 2 * LEASE_MS },
])(
  'what a service did one call at a time is found linearizable, however its calls overlap and get lost: kept $kept',
  ({ retentionMs }) => {
    const holds = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { violations, undecided } = check([historyOf(steps, retentionMs)]);
      expect({ violations, undecided }).toEqual({ violations: [], undecided: [] });
    });
    expect(() => fc.assert(holds, { numRuns: 1_000 })).not.toThrow();
  },
);

test('a grant that is invented is found in such a history, wherever it stands', () => {
  const invented = fc.property(fc.array(step, { minLength: 3, maxLength: 20 }), fc.nat(), (steps, at) => {
    const { calls } = historyOf(steps);
    const answered = calls.filter((call) => call.operation.op === 'claim' && call.result !== undefined);
    const victim = answered[at % answered.length];
    const forged = calls.map((call) => (call === victim ? { ...call, result: granted('nobody', 0) } : call));
    return victim === undefined || linearize(forged).kind === 'impossible';
  });
  expect(() => fc.assert(invented, { numRuns: 500 })).not.toThrow();
});

test.each([
  { network: 'loses a few', steps: step },
  { network: 'loses most', steps: lossyStep },
])('what the search leaves out changes no verdict where the network $network', ({ steps: ofStep }) => {
  const agree = fc.property(fc.array(ofStep, { maxLength: 7 }), fc.nat(), fc.nat(), (steps, one, other) => {
    const calls = withResultsSwapped(historyOf(steps).calls, one, other);
    expect(linearize(calls).kind).toBe(everyOrder(initialState, calls) ? 'linearizable' : 'impossible');
  });
  expect(() => fc.assert(agree, { numRuns: 10_000 })).not.toThrow();
});

/** Two answered calls of one operation, each with what the other was told: often more than any order explains. */
function withResultsSwapped(calls: readonly Call[], one: number, other: number): readonly Call[] {
  const answered = calls.filter(({ result }) => result !== undefined);
  const first = answered[one % answered.length];
  const alike = answered.filter(({ operation }) => operation.op === first?.operation.op);
  const second = alike[other % alike.length];
  if (!first || !second) return calls;
  const swapped = new Map([
    [first, { ...first, result: second.result }],
    [second, { ...second, result: first.result }],
  ]);
  return calls.map((call) => swapped.get(call) ?? call);
}

/** Whether some order explains the results; remembers nothing and leaves nothing out. */
function everyOrder(state: State, calls: readonly Call[]): boolean {
  if (calls.every(({ result }) => result === undefined)) return true;
  const firstEnd = Math.min(...calls.map(({ end }) => end));
  return (
    calls
      .filter(({ begin }) => begin <= firstEnd)
      // Who was told nothing and comes before all that are left took effect by the first end of these.
      .filter((call) => call.result !== undefined || next(state, { ...call, end: firstEnd }).length > 0)
      .some((call) =>
        next(state, call).some((after) =>
          everyOrder(
            after,
            calls.filter((one) => one !== call),
          ),
        ),
      )
  );
}

test('which of many like calls without an answer took effect is not searched for', () => {
  expect(linearize(lostClaimsBefore(granted('late', 13, 13)), 1_000).kind).toBe('linearizable');
  expect(linearize(lostClaimsBefore(granted('late', 99, 99)), 1_000).kind).toBe('impossible');
});

test.each(['a', 'b'])('of two lost claims either may have come last: here %s, which completes', (last) => {
  const lost = { at: 1_000, onLeaseExpiry: 'takeover' } as const;
  const story = new Story().claims('a', 'unknown', lost).claims('b', 'unknown', lost);
  const seen = {
    onLeaseExpiry: 'takeover',
    attempt: 2,
    fencingToken: 9,
    outcome: paid,
    completedAt: 'T',
  } as const;
  story.completes(last, paid, { kind: 'record', record: { state: 'completed', ...seen } }, { at: 120_000 });
  expect(linearize(story.history.calls).kind).toBe('linearizable');
});

test.each([
  { at: 5_900, found: 'impossible' },
  { at: 6_001, found: 'linearizable' },
])(
  'of a record that was completed at 4,000 ms and is kept for 2,000, a first attempt at $at ms is $found',
  ({ at, found }) => {
    const terms = { onLeaseExpiry: 'takeover', leaseMs: 1_000, retentionMs: 2_000 } as const;
    const second = { onLeaseExpiry: 'takeover', attempt: 2, fencingToken: 2 } as const;
    const record = { state: 'completed', ...second, outcome: paid, completedAt: 'T1' } as const;
    const story = new Story()
      .claims('a', granted('a', 1, 1), { at: 1_000, ...terms })
      .claims('b', granted('b', 2, 2), { at: 3_000, ...terms })
      .completes('b', paid, { kind: 'record', record }, { at: 4_000 })
      .claims('c', granted('c', 3, 1), { at, ...terms });
    expect(linearize(story.history.calls).kind).toBe(found);
  },
);

test('a search that reaches its bound claims nothing', () => {
  expect(linearize(lostClaimsBefore(granted('late', 99, 99)), 10).kind).toBe('undecided');
});

/** Twelve claims that nobody heard of again, each of which may have taken over from any other, and one that was answered. */
function lostClaimsBefore(result: Result): readonly Call[] {
  const takeover = { onLeaseExpiry: 'takeover' } as const;
  const story = new Story();
  for (let caller = 0; caller < 12; caller += 1)
    story.claims(`t${caller}`, 'unknown', { at: 1, ...takeover });
  story.claims('late', result, { at: 100_000, ...takeover });
  return story.history.calls;
}

function historyOf(
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
  retentionMs = LONG_RETENTION_MS,
): RecordHistory {
  const service = new SequentialService(retentionMs);
  let nowMs = 10_000;
  const lines = steps.flatMap(({ asked: question, pauseMs, earlyMs, lateMs, fate }, index): Line[] => {
    nowMs += pauseMs;
    const result = fate === 'request lost' ? undefined : service.answer(question, nowMs);
    const id = `c${index}`;
    const at = (nowMs - earlyMs) * 1_000;
    const begin: Line = {
      line: 'begin',
      id,
      at,
      namespace: 'n',
      key: 'k',
      operation: operationOf(question, retentionMs),
    };
    if (result === undefined || fate === 'answer lost') return [begin];
    return [begin, { line: 'end', id, at: (nowMs + lateMs) * 1_000, result }];
  });
  return historiesOf(lines)[0] ?? { name: 'n/k', calls: [], executions: [] };
}

function operationOf(question: Asked, retentionMs: number): Operation {
  switch (question.op) {
    case 'claim':
      return {
        op: 'claim',
        claimToken: String(question.token),
        fingerprint: null,
        leaseMs: LEASE_MS,
        retentionMs,
        onLeaseExpiry: question.policy,
      };
    case 'complete':
      return {
        op: 'complete',
        claimToken: String(question.token),
        outcome: outcomeOf(question.token),
        retentionMs: null,
      };
    case 'release':
      return { op: 'release', claimToken: String(question.token), effect: question.effect };
    case 'renew':
      return { op: 'renew', claimToken: String(question.token), leaseMs: null };
    case 'retry':
      return { op: 'resolve', resolution: 'retry', outcome: null };
    case 'get':
      return { op: 'get' };
  }
}
