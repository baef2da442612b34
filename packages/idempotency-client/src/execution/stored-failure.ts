import type { Outcome } from '@infra-services/idempotency-contract';
import { StoredFailure } from '../errors/handler-errors.js';

/**
 * The outcome's header field that tells a failure from a value, with `failure` as its value. An outcome's status cannot
 * tell: a `404` may be what an operation returns, and a failure needs no status.
 */
export const failureHeader = 'Idempotency-Outcome';

/** The outcome as it is stored for a failure. */
export function asFailure(outcome: Outcome): Outcome {
  return { ...outcome, headers: { ...outcome.headers, [failureHeader]: 'failure' } };
}

/** The failure that an outcome stands for, without the mark; undefined where it is a value. */
export function failureIn(outcome: Outcome, replayed: boolean): StoredFailure | undefined {
  const headers = Object.entries(outcome.headers ?? {});
  const others = headers.filter(([name, value]) => !isMark(name, value));
  if (others.length === headers.length) return undefined;
  const { headers: _, ...rest } = outcome;
  const unmarked = others.length > 0 ? { ...rest, headers: Object.fromEntries(others) } : rest;
  return new StoredFailure(unmarked, { replayed });
}

function isMark(name: string, value: string): boolean {
  return name.toLowerCase() === failureHeader.toLowerCase() && value === 'failure';
}
