import { defaults, type RetryPolicy } from '../options.js';
import { backoffDelay } from './backoff.js';
import { pause } from './pause.js';

/** How one attempt ended. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'failed';
      readonly error: Error;
      /** Whether the same call may do better later. */
      readonly retryable: boolean;
      /** Milliseconds that the service asks to wait; wins over the policy. */
      readonly retryAfterMs?: number | undefined;
    };

export type EffectivePolicy = { readonly [name in keyof RetryPolicy]-?: number };

/** The parts of policies that were given, the later ones winning, over the defaults. */
export function effectivePolicy(...policies: (RetryPolicy | false | undefined)[]): EffectivePolicy {
  const policy: { [name in keyof RetryPolicy]-?: number } = { ...defaults.retry };
  for (const given of policies) {
    if (given === false) policy.maxAttempts = 1;
    else if (given) assignDefined(policy, given);
  }
  return policy;
}

function assignDefined(policy: { [name in keyof RetryPolicy]-?: number }, given: RetryPolicy): void {
  for (const name of Object.keys(defaults.retry) as (keyof RetryPolicy)[]) {
    const value = given[name];
    if (value !== undefined) policy[name] = value;
  }
}

/** Repeats an attempt as the policy allows; rejects with the last failure, or with the signal's reason. */
export async function repeat<T>(
  attempt: (number: number) => Promise<Attempt<T>>,
  policy: EffectivePolicy,
  options: {
    signal: AbortSignal | undefined;
    onRetry: (number: number, delayMs: number, error: Error) => void;
  },
): Promise<T> {
  let firstFailureAt: number | undefined;
  for (let number = 1; ; number += 1) {
    options.signal?.throwIfAborted();
    const result = await attempt(number);
    if (result.kind === 'done') return result.value;
    if (!result.retryable || number >= policy.maxAttempts) throw result.error;
    const now = performance.now();
    firstFailureAt ??= now;
    const delayMs = delayAfter(number, result.retryAfterMs, policy);
    if (now + delayMs - firstFailureAt > policy.maxElapsedMs) throw result.error;
    options.onRetry(number, delayMs, result.error);
    await pause(delayMs, options.signal);
  }
}

/** The service's word is a minimum; the jitter on top keeps those whom it told the same from coming together. */
function delayAfter(number: number, retryAfterMs: number | undefined, policy: EffectivePolicy): number {
  if (retryAfterMs === undefined) return backoffDelay(number, policy);
  return retryAfterMs + backoffDelay(1, policy);
}
