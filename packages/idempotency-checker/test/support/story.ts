import type { Outcome } from '@infra-services/idempotency-contract';
import { historiesOf, type Line, type Operation, type RecordHistory, type Result } from '../../src/index.js';

const MS = 1_000;

export const paid: Outcome = { status: 200, body: { charge: 'ch_1' } };
export const refunded: Outcome = { status: 200, body: { charge: 'ch_2' } };

type ClaimOperation = Extract<Operation, { op: 'claim' }>;

/** Writes the history of one record, call after call: each takes a millisecond and begins where told, or a second later. */
export class Story {
  private readonly lines: Line[] = [];
  private now = 0;
  private calls = 0;

  /** A call; `unknown`: nobody heard of its end. `at` and `lasts` in milliseconds. */
  call(operation: Operation, result: Result | 'unknown', { at = this.now + 1_000, lasts = 1 } = {}): this {
    this.now = at;
    const id = `c${(this.calls += 1)}`;
    this.lines.push({ line: 'begin', id, at: at * MS, namespace: 'n', key: 'k', operation });
    if (result !== 'unknown') this.lines.push({ line: 'end', id, at: (at + lasts) * MS, result });
    return this;
  }

  claims(claimToken: string, result: Result | 'unknown', more: Partial<ClaimOperation> & Timing = {}): this {
    const { at, lasts, ...rest } = more;
    const base = {
      op: 'claim',
      claimToken,
      fingerprint: null,
      leaseMs: 10_000,
      retentionMs: 86_400_000,
    } as const;
    return this.call({ ...base, onLeaseExpiry: 'block', ...rest }, result, timing(at, lasts));
  }

  completes(claimToken: string, outcome: Outcome, result?: Result | 'unknown', when: Timing = {}): this {
    const operation = { op: 'complete', claimToken, outcome, retentionMs: null } as const;
    return this.call(operation, result ?? completedWith(outcome), timing(when.at, when.lasts));
  }

  executes(claimToken: string, fencingToken: number, at = this.now): this {
    this.lines.push({ line: 'execution', namespace: 'n', key: 'k', claimToken, fencingToken, at: at * MS });
    return this;
  }

  get history(): RecordHistory {
    return historiesOf(this.lines)[0]!;
  }
}

interface Timing {
  at?: number | undefined;
  lasts?: number | undefined;
}

function timing(at: number | undefined, lasts: number | undefined): { at?: number; lasts?: number } {
  return { ...(at !== undefined && { at }), ...(lasts !== undefined && { lasts }) };
}

export function granted(claimToken: string, fencingToken: number, attempt = 1): Result {
  return { kind: 'granted', claimToken, fencingToken, attempt };
}

export function replayed(outcome: Outcome, completedAt = 'T1', attempt = 1): Result {
  return { kind: 'replayed', outcome, attempt, completedAt };
}

export function completedWith(outcome: Outcome, completedAt = 'T1', fencingToken = 1): Result {
  const record = { state: 'completed', attempt: 1, fencingToken, onLeaseExpiry: 'block' } as const;
  return { kind: 'record', record: { ...record, outcome, completedAt } };
}

export const inProgress: Result = { kind: 'refused', code: 'CLAIM_IN_PROGRESS' };
export const outcomeUnknown: Result = { kind: 'refused', code: 'OUTCOME_UNKNOWN' };
