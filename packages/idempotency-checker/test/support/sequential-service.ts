import type { OnLeaseExpiry, Outcome } from '@infra-services/idempotency-contract';
import type { Result } from '../../src/index.js';

/** What the generated callers ask, by the number of their token. */
export type Asked =
  | { readonly op: 'claim'; readonly token: number; readonly policy: OnLeaseExpiry }
  | { readonly op: 'complete'; readonly token: number }
  | { readonly op: 'release'; readonly token: number; readonly effect: 'none' | 'unknown' }
  | { readonly op: 'renew'; readonly token: number }
  | { readonly op: 'retry' }
  | { readonly op: 'get' };

export const LEASE_MS = 1_000;

export const LONG_RETENTION_MS = 86_400_000;

/**
 * One record, one call at a time, written from the tables of docs/semantics.md: what the checker's state machine is
 * held against. It says nothing that is not sure, so it knows the exact time of every call.
 */
export class SequentialService {
  private state: 'absent' | 'open' | 'completed' | 'released' = 'absent';
  private token: number | null = null;
  private policy: OnLeaseExpiry = 'block';
  private attempt = 0;
  private fencingToken = 0;
  private leaseUntil = 0;
  private relinquished = false;
  private outcome: Outcome | null = null;
  private completedAt: string | null = null;
  private retainedUntil = Infinity;

  constructor(private readonly retentionMs = LONG_RETENTION_MS) {}

  answer(asked: Asked, nowMs: number): Result {
    if (this.retainedUntil <= nowMs) this.forget();
    switch (asked.op) {
      case 'claim':
        return this.claim(asked.token, asked.policy, nowMs);
      case 'complete':
        if (this.state === 'absent') return refused('RECORD_NOT_FOUND');
        if (this.token !== asked.token || this.state === 'released') return refused('CLAIM_LOST');
        if (this.state === 'open') this.retainedUntil = nowMs + this.retentionMs;
        this.state = 'completed';
        this.outcome ??= outcomeOf(asked.token);
        this.completedAt ??= `at ${nowMs}`;
        return this.record(nowMs);
      case 'renew':
        if (this.state === 'absent') return refused('RECORD_NOT_FOUND');
        if (!this.holds(asked.token)) return refused('CLAIM_LOST');
        this.leaseUntil = Math.max(this.leaseUntil, nowMs + LEASE_MS);
        return { kind: 'done' };
      case 'release':
        return this.release(asked.token, asked.effect, nowMs);
      case 'retry':
        return this.retry(nowMs);
      case 'get':
        return this.state === 'absent' ? refused('RECORD_NOT_FOUND') : this.record(nowMs);
    }
  }

  private claim(token: number, policy: OnLeaseExpiry, nowMs: number): Result {
    const isOver = this.leaseUntil <= nowMs;
    const { outcome, completedAt, attempt } = this;
    if (this.state === 'completed' && outcome && completedAt !== null)
      return { kind: 'replayed', outcome, attempt, completedAt };
    if (this.holds(token)) {
      this.leaseUntil = Math.max(this.leaseUntil, nowMs + LEASE_MS);
      return this.grant(token);
    }
    if (this.state === 'open' && !isOver) return refused('CLAIM_IN_PROGRESS');
    if (this.state === 'open' && this.policy === 'block') return refused('OUTCOME_UNKNOWN');
    if (this.state !== 'absent' && this.token === token) return refused('CLAIM_LOST');
    if (this.state === 'absent') this.policy = policy;
    this.state = 'open';
    this.token = token;
    this.relinquished = false;
    this.attempt += 1;
    this.fencingToken += 1;
    this.leaseUntil = nowMs + LEASE_MS;
    this.retainedUntil = Infinity;
    return this.grant(token);
  }

  private release(token: number, effect: 'none' | 'unknown', nowMs: number): Result {
    if (this.state === 'absent') return refused('RECORD_NOT_FOUND');
    const isOwn = this.token === token;
    if (isOwn && this.state === 'released' && effect === 'none') return { kind: 'let_go', state: 'released' };
    if (!isOwn || this.state !== 'open') return refused('CLAIM_LOST');
    if (effect === 'none') {
      this.state = 'released';
      this.retainedUntil = nowMs + this.retentionMs;
      return { kind: 'let_go', state: 'released' };
    }
    if (!this.relinquished) this.leaseUntil = Math.min(this.leaseUntil, nowMs);
    this.relinquished = true;
    return { kind: 'let_go', state: 'outcome_unknown' };
  }

  private retry(nowMs: number): Result {
    if (this.state === 'absent') return refused('RECORD_NOT_FOUND');
    const isUnknown = this.state === 'open' && this.policy === 'block' && this.leaseUntil <= nowMs;
    const isSaidAlready = this.state === 'released' && this.token === null;
    if (!isUnknown && !isSaidAlready) return refused('NOT_RESOLVABLE');
    if (isUnknown) this.retainedUntil = nowMs + this.retentionMs;
    this.state = 'released';
    this.token = null;
    return this.record(nowMs);
  }

  private forget(): void {
    this.state = 'absent';
    this.token = null;
    this.attempt = 0;
    this.outcome = null;
    this.completedAt = null;
    this.retainedUntil = Infinity;
  }

  private holds(token: number): boolean {
    return this.state === 'open' && this.token === token && !this.relinquished;
  }

  private grant(token: number): Result {
    return {
      kind: 'granted',
      claimToken: String(token),
      fencingToken: this.fencingToken,
      attempt: this.attempt,
    };
  }

  private record(nowMs: number): Result {
    const { attempt, fencingToken, policy: onLeaseExpiry, outcome, completedAt } = this;
    const isUnknown = this.policy === 'block' && this.leaseUntil <= nowMs;
    const open = isUnknown ? 'outcome_unknown' : 'in_progress';
    const state = this.state === 'open' || this.state === 'absent' ? open : this.state;
    return { kind: 'record', record: { state, attempt, fencingToken, onLeaseExpiry, outcome, completedAt } };
  }
}

export function outcomeOf(token: number): Outcome {
  return { status: 200, body: { token } };
}

function refused(code: Extract<Result, { kind: 'refused' }>['code']): Result {
  return { kind: 'refused', code };
}
