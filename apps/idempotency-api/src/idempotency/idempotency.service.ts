import { ProblemError, recordUnreadable } from '../errors/problem.error.js';
import { answerFromReplay, type Claim, type ClaimDecision, type Replay } from './domain/claim.js';
import type { CheckpointWrite, Completion, NotHeld, Release, Renewal } from './domain/execution.js';
import type { ListQuery, RecordPageSlice } from './domain/listing.js';
import { leaseIsOver, retentionIsOver, type RecordKey, type StoredRecord } from './domain/record.js';
import type { Deletion, Resolution } from './domain/resolution.js';
import type { IdempotencyEvents } from './idempotency.events.js';
import type { IdempotencyStore } from './persistence/idempotency.store.js';
import type { ReplayCache } from './replay-cache/replay-cache.js';
import type { ExecutionWaiters } from './waiting/execution-waiters.js';

/** How long a caller is willing to wait, and the signal that it has gone. */
export interface Patience {
  /** Milliseconds. */
  readonly waitMs: number;
  readonly caller: AbortSignal;
}

/**
 * The operations of the contract on records. Methods answer values for what the caller asked about and throw
 * `ProblemError` for everything that it must not take for a success; `StoreFailure` and `QueueFull` pass through.
 */
export class IdempotencyService {
  constructor(
    private readonly store: IdempotencyStore,
    private readonly replays: ReplayCache,
    private readonly waiters: ExecutionWaiters,
    private readonly events: IdempotencyEvents,
  ) {}

  /** Decides a claim; with patience, waits for an execution in flight to end and asks again. */
  async claim(claim: Claim, patience: Patience): Promise<ClaimDecision> {
    const decision = await (patience.waitMs === 0 ? this.decide(claim) : this.decideInTime(claim, patience));
    const grant = decision.kind === 'execute' ? decision.grant : undefined;
    this.events.claimDecided(decision.kind, grant?.attempt ?? null, grant?.isTakeover ?? false);
    return decision;
  }

  /** Stores an outcome. Throws RECORD_NOT_FOUND, CLAIM_LOST, OUTCOME_CONFLICT, RECORD_UNREADABLE. */
  async complete(completion: Completion): Promise<StoredRecord> {
    const verdict = await this.store.complete(completion);
    switch (verdict.kind) {
      case 'completed':
        this.ended(completion);
        return verdict.record;
      case 'conflict':
        throw new ProblemError('OUTCOME_CONFLICT');
      case 'unreadable':
        throw recordUnreadable();
      case 'lost':
      case 'not_found':
        throw this.notHeld('complete', completion, verdict);
    }
  }

  /** Extends a lease; its new end. Throws RECORD_NOT_FOUND, CLAIM_LOST. */
  async renew(renewal: Renewal): Promise<Date> {
    const verdict = await this.store.renew(renewal);
    if (verdict.kind !== 'renewed') throw this.notHeld('renew', renewal, verdict);
    return verdict.leaseExpiresAt;
  }

  /** Keeps a recovery point; the lease's end. Throws RECORD_NOT_FOUND, CLAIM_LOST. */
  async checkpoint(write: CheckpointWrite): Promise<Date> {
    const verdict = await this.store.checkpoint(write);
    if (verdict.kind !== 'kept') throw this.notHeld('checkpoint', write, verdict);
    return verdict.leaseExpiresAt;
  }

  /** Lets go of a claim; the record as left behind. Throws RECORD_NOT_FOUND, CLAIM_LOST. */
  async release(release: Release): Promise<StoredRecord> {
    const verdict = await this.store.release(release);
    if (verdict.kind !== 'let_go') throw this.notHeld('release', release, verdict);
    if (verdict.record.state === 'in_progress') this.waiters.ended(release);
    else this.ended(release);
    return verdict.record;
  }

  /** Settles an unknown outcome; the record as settled. Throws RECORD_NOT_FOUND, NOT_RESOLVABLE, RECORD_UNREADABLE. */
  async resolve(resolution: Resolution): Promise<StoredRecord> {
    const verdict = await this.store.resolve(resolution);
    switch (verdict.kind) {
      case 'resolved':
        this.ended(resolution);
        return verdict.record;
      case 'not_resolvable':
        throw new ProblemError('NOT_RESOLVABLE');
      case 'unreadable':
        throw recordUnreadable();
      case 'not_found':
        throw new ProblemError('RECORD_NOT_FOUND');
    }
  }

  /** Forgets a record. Throws RECORD_NOT_FOUND, RECORD_OPEN. */
  async delete(deletion: Deletion): Promise<void> {
    const verdict = await this.store.delete(deletion);
    switch (verdict) {
      case 'deleted':
        this.ended(deletion);
        return;
      case 'open':
        throw new ProblemError('RECORD_OPEN');
      case 'not_found':
        throw new ProblemError('RECORD_NOT_FOUND');
    }
  }

  /** Reads a record; with patience, answers when the execution in flight ends. Throws RECORD_NOT_FOUND. */
  async get(key: RecordKey, patience: Patience): Promise<StoredRecord> {
    const record = await (patience.waitMs === 0 ? this.store.read(key) : this.readInTime(key, patience));
    if (!record || retentionIsOver(record)) throw new ProblemError('RECORD_NOT_FOUND');
    return record;
  }

  /** Whether a claim on this record begins nothing new: its outcome is replayed, or somebody holds it. */
  async isTaken(key: RecordKey): Promise<boolean> {
    const record = await this.store.read(key);
    return record !== undefined && !retentionIsOver(record) && record.state !== 'released';
  }

  /** A page of records, in order of namespace and key. */
  list(query: ListQuery): Promise<RecordPageSlice> {
    return this.store.list(query);
  }

  private readInTime(key: RecordKey, patience: Patience): Promise<StoredRecord | undefined> {
    return this.ask(
      key,
      patience,
      () => this.store.read(key),
      (answer) => answer?.state === 'in_progress' && !leaseIsOver(answer),
    );
  }

  private decideInTime(claim: Claim, patience: Patience): Promise<ClaimDecision> {
    return this.ask(
      claim,
      patience,
      () => this.decide(claim),
      (answer) => answer.kind === 'in_progress',
    );
  }

  /** From memory if the outcome is known and stands, from the store otherwise. Only the store grants. */
  private decide(claim: Claim): Promise<ClaimDecision> {
    const known = this.replays.find(claim) ?? this.replays.findShared(claim);
    return known ? this.decideFromMemory(claim, known) : this.decideFromStore(claim);
  }

  private async decideFromMemory(
    claim: Claim,
    found: Replay | Promise<Replay | undefined>,
  ): Promise<ClaimDecision> {
    const known = await found;
    if (!known) return this.decideFromStore(claim);
    return answerFromReplay(known, claim);
  }

  /** An outcome is kept when it is first replayed: most never are, and keeping all would cost each completion (ADR 0010). */
  private async decideFromStore(claim: Claim): Promise<ClaimDecision> {
    const terms = this.replays.terms();
    const decision = await this.store.claim(claim);
    if (decision.kind === 'replay') this.replays.keep(decision.replay, terms);
    return decision;
  }

  /** Asks the store until the answer is final, the patience is over, the caller has gone, or we shut down. */
  private async ask<Answer>(
    key: RecordKey,
    patience: Patience,
    question: () => Promise<Answer>,
    isInFlight: (answer: Answer) => boolean,
  ): Promise<Answer> {
    const deadline = performance.now() + patience.waitMs;
    const waiter = this.waiters.open(key);
    if (!waiter) return question();
    try {
      for (;;) {
        waiter.rearm();
        const answer = await question();
        if (!isInFlight(answer)) return answer;
        // A caller that has gone must not be asked for again: granted to nobody, the record could not be executed.
        const end = await waiter.wait(deadline - performance.now(), patience.caller);
        if (end !== 'ended') return answer;
      }
    } finally {
      waiter.close();
    }
  }

  private ended(record: RecordKey): void {
    this.waiters.ended(record);
    this.events.executionEnded(record);
  }

  private notHeld(operation: string, record: RecordKey, verdict: NotHeld): ProblemError {
    if (verdict.kind === 'not_found') return new ProblemError('RECORD_NOT_FOUND');
    this.events.claimLost(operation, record);
    return new ProblemError('CLAIM_LOST');
  }
}
