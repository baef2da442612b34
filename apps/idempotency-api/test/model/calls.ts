import fc from 'fast-check';
import type { OnLeaseExpiry, ReleaseEffect } from '@infra-services/idempotency-contract';

/** Two keys, so that batches have several, and so few that calls meet. */
export const keyNames = ['a', 'b'] as const;
export type KeyName = (typeof keyNames)[number];

/** Who calls: `holder`, the current one, whoever that is by then, or an executor, by its token. */
type Caller = string;

const executors = [1, 2, 3].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);

export interface ClaimItem {
  readonly key: KeyName;
  readonly caller: Caller;
  readonly request: string | null;
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly owner: string;
  readonly leaseMs: number;
  readonly retentionMs: number;
}

export interface CompletionItem {
  readonly key: KeyName;
  readonly caller: Caller;
  readonly outcome: string;
  readonly retentionMs: number | undefined;
}

/** A call, by whoever it is. */
export type CallEvent =
  | ({ readonly kind: 'claim' } & ClaimItem)
  | { readonly kind: 'claimBatch'; readonly items: readonly ClaimItem[] }
  | ({ readonly kind: 'complete' } & CompletionItem)
  | { readonly kind: 'completeBatch'; readonly items: readonly CompletionItem[] }
  | { readonly kind: 'renew'; readonly key: KeyName; readonly caller: Caller; readonly leaseMs: number }
  | { readonly kind: 'checkpoint'; readonly key: KeyName; readonly caller: Caller; readonly data: string }
  | {
      readonly kind: 'release';
      readonly key: KeyName;
      readonly caller: Caller;
      readonly effect: ReleaseEffect;
    }
  | {
      readonly kind: 'resolve';
      readonly key: KeyName;
      readonly resolution: 'completed' | 'retry';
      readonly outcome: string;
    }
  | { readonly kind: 'delete'; readonly key: KeyName; readonly force: boolean };

/** What happens to the keys. */
export type Event =
  | CallEvent
  | { readonly kind: 'leaseEnds'; readonly key: KeyName }
  | { readonly kind: 'retentionEnds'; readonly key: KeyName }
  /** An earlier call once more, word for word: a caller that lost the answer, or a network that delivers late. */
  | { readonly kind: 'sayAgain'; readonly back: number };

const key = fc.constantFrom(...keyNames);
const caller: fc.Arbitrary<Caller> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('holder') },
  { weight: 1, arbitrary: fc.constantFrom(...executors) },
);
/** Longer than any run: what ends, ends by an event. */
const leaseMs = fc.constantFrom(600_000, 3_600_000);
const retentionMs = fc.constantFrom(7_200_000, 86_400_000);
const outcome = fc.constantFrom('one outcome', 'another outcome');

const claimItem: fc.Arbitrary<ClaimItem> = fc.record({
  key,
  caller: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...executors) }, { weight: 1, arbitrary: caller }),
  request: fc.oneof(
    { weight: 8, arbitrary: fc.constant('one-request') },
    { weight: 1, arbitrary: fc.constantFrom(null, 'another-request') },
  ),
  onLeaseExpiry: fc.constantFrom('block', 'takeover'),
  owner: fc.constantFrom('worker-1', 'worker-2'),
  leaseMs,
  retentionMs,
});

const completionItem: fc.Arbitrary<CompletionItem> = fc.record({
  key,
  caller,
  outcome,
  retentionMs: fc.option(retentionMs, { nil: undefined }),
});

const of = <Kind extends string>(kind: Kind): { kind: fc.Arbitrary<Kind> } => ({ kind: fc.constant(kind) });

const items = { minLength: 1, maxLength: 4 };

/** Events of every kind; those that keep records moving come more often. */
export const eventKinds: readonly fc.Arbitrary<Event>[] = [
  ...[1, 2, 3].map(() => claimItem.map((item): Event => ({ kind: 'claim', ...item }))),
  fc.record({ ...of('claimBatch'), items: fc.array(claimItem, items) }),
  ...[1, 2].map(() => completionItem.map((item): Event => ({ kind: 'complete', ...item }))),
  fc.record({ ...of('completeBatch'), items: fc.array(completionItem, items) }),
  fc.record({ ...of('renew'), key, caller, leaseMs }),
  fc.record({ ...of('checkpoint'), key, caller, data: fc.constantFrom('half-way', 'nearly') }),
  fc.record({ ...of('release'), key, caller, effect: fc.constantFrom('none', 'unknown') }),
  fc.record({ ...of('resolve'), key, resolution: fc.constantFrom('completed', 'retry'), outcome }),
  fc.record({ ...of('delete'), key, force: fc.boolean() }),
  ...[1, 2].map(() => fc.record({ ...of('leaseEnds'), key })),
  fc.record({ ...of('retentionEnds'), key }),
  ...[1, 2].map(() => fc.record({ ...of('sayAgain'), back: fc.nat(6) })),
];
