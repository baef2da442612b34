import type { CallEvent, ClaimItem, CompletionItem, KeyName } from './calls.js';
import {
  checkpoint,
  claim,
  complete,
  forget,
  release,
  renew,
  resolve,
  type ModelAnswer,
  type ModelKey,
  type Step,
} from './record-model.js';

/** A token, in place of who the caller is. */
type Spoken<Part> = Part extends { caller: unknown }
  ? Omit<Part, 'caller'> & { readonly claimToken: string }
  : Part;

export type SpokenClaim = Spoken<ClaimItem>;
export type SpokenCompletion = Spoken<CompletionItem>;

/** A call as it is sent: whoever is the holder later, said again it is the same. */
export type SpokenCall =
  | Spoken<Exclude<CallEvent, { kind: 'claimBatch' | 'completeBatch' }>>
  | { readonly kind: 'claimBatch'; readonly items: readonly SpokenClaim[] }
  | { readonly kind: 'completeBatch'; readonly items: readonly SpokenCompletion[] };

type Keys = Readonly<Record<KeyName, ModelKey>>;

/** Nobody's, for calls by the holder of what nobody holds. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Puts the holder's token in. */
export function spokenAs(event: CallEvent, keys: Keys): SpokenCall {
  const withToken = <Item extends { key: KeyName; caller: string }>({ caller, ...item }: Item) => ({
    ...item,
    claimToken: caller === 'holder' ? (keys[item.key].record?.claimToken ?? NOBODY) : caller,
  });
  switch (event.kind) {
    case 'claimBatch':
      return { kind: 'claimBatch', items: event.items.map(withToken) };
    case 'completeBatch':
      return { kind: 'completeBatch', items: event.items.map(withToken) };
    case 'resolve':
    case 'delete':
      return event;
    case 'claim':
    case 'complete':
    case 'renew':
    case 'checkpoint':
    case 'release':
      return withToken(event) as SpokenCall;
  }
}

/** The keys after a call and what it is answered, by the contract: several answers for a batch. */
export function foretell(call: SpokenCall, keys: Keys): { keys: Keys; answers: readonly ModelAnswer[] } {
  switch (call.kind) {
    case 'claimBatch':
      return inTurn(call.items, keys, (key, item) => claim(key, item), sameClaim);
    case 'completeBatch':
      return inTurn(call.items, keys, completed);
    case 'claim':
    case 'complete':
    case 'renew':
    case 'checkpoint':
    case 'release':
    case 'resolve':
    case 'delete': {
      const step = stepOf(call, keys[call.key]);
      return { keys: { ...keys, [call.key]: step.key }, answers: [step.answer] };
    }
  }
}

type SingleCall = Exclude<SpokenCall, { kind: 'claimBatch' | 'completeBatch' }>;

function stepOf(call: SingleCall, key: ModelKey): Step {
  switch (call.kind) {
    case 'claim':
      return claim(key, call);
    case 'complete':
      return completed(key, call);
    case 'renew':
      return renew(key, call.claimToken);
    case 'checkpoint':
      return checkpoint(key, call.claimToken, call.data);
    case 'release':
      return release(key, call.claimToken, call.effect);
    case 'resolve':
      return resolve(key, call.resolution, call.outcome);
    case 'delete':
      return forget(key, call.force);
  }
}

function completed(key: ModelKey, { claimToken, outcome, retentionMs }: SpokenCompletion): Step {
  return complete(key, claimToken, outcome, retentionMs);
}

/** A claim said twice in one batch is one claim: refused once, it is refused. */
function sameClaim(one: SpokenClaim, other: SpokenClaim): boolean {
  return one.key === other.key && one.claimToken === other.claimToken && one.request === other.request;
}

/** Items of a batch: in order, the second sees the first. */
function inTurn<Item extends { key: KeyName }>(
  items: readonly Item[],
  keys: Keys,
  step: (key: ModelKey, item: Item) => Step,
  isSame: (one: Item, other: Item) => boolean = () => false,
): { keys: Keys; answers: readonly ModelAnswer[] } {
  const answers: ModelAnswer[] = [];
  let now = keys;
  items.forEach((item) => {
    const { key, answer } = step(now[item.key], item);
    now = { ...now, [item.key]: key };
    const first = answers[items.findIndex((other) => isSame(other, item))];
    answers.push(first?.kind === 'refused' ? first : answer);
  });
  return { keys: now, answers };
}
