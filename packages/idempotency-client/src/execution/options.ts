import type { Checkpoint, JsonValue, OnLeaseExpiry, Outcome } from '@infra-services/idempotency-contract';
import type { OutcomeSerializer } from './serializer.js';

/** What `execute` is asked to run at most once. */
export interface ExecuteOptions<T> {
  /** Absent means `default`. */
  namespace?: string | undefined;
  key: string;
  /** What the key stands for; only its fingerprint is kept. Not together with `fingerprint`. */
  request?: JsonValue | undefined;
  /** The caller's own digest of the request. */
  fingerprint?: string | undefined;
  /** Milliseconds; renewed at a third of it for as long as the operation runs. */
  leaseMs?: number | undefined;
  /** Milliseconds that the outcome replays. */
  retentionMs?: number | undefined;
  /** Fixed by the record's first claim. Absent means `block`. */
  onLeaseExpiry?: OnLeaseExpiry | undefined;
  owner?: string | undefined;
  /** Milliseconds to wait in all for an execution in flight; 0: do not wait. */
  waitMs?: number | undefined;
  /**
   * To go on with a claim known from before (`OutcomeNotRecordedError`, a restart): if it is still held, the operation
   * runs again. Absent: minted for this call.
   */
  claimToken?: string | undefined;
  /** Absent: `jsonOutcome()`. */
  serializer?: OutcomeSerializer<T> | undefined;
  /** What an error of the operation means; absent, or if it throws itself: `unknown`. */
  onError?: ((error: unknown) => ErrorMeaning) | undefined;
  /** Before the operation begins: ends the call. While it runs: aborts `context.signal`, and the operation decides. */
  signal?: AbortSignal | undefined;
}

/**
 * What an error of the operation means to the record: nothing happened and the next claim may execute; nobody can say
 * and an operator must look; or a failure that happened once and for all, which every duplicate is given.
 */
export type ErrorMeaning = 'nothing-happened' | 'unknown' | { store: Outcome };

/** What the operation gets. */
export interface ExecutionContext {
  /** Aborted when ownership is lost (reason: `OwnershipLostError`) or the caller's signal is; stays aborted. */
  readonly signal: AbortSignal;
  readonly namespace: string;
  readonly key: string;
  /** Proof of ownership: keep it secret. */
  readonly claimToken: string;
  /** Pass it on to where the effect happens, which refuses a smaller one than the greatest it has seen. */
  readonly fencingToken: number;
  /** How many times execution was granted, this one included. */
  readonly attempt: number;
  /** The checkpoint handed over by a former attempt. */
  readonly recovered: Checkpoint | null;
  /**
   * Keeps a recovery point for whoever continues if this executor does not come back; the last one counts.
   *
   * @throws ClaimLostError where the claim is somebody else's by now; ProblemError; ServiceUnreachableError.
   */
  checkpoint(name: string, data?: JsonValue): Promise<void>;
}

/** What came of it. */
export interface Execution<T> {
  /** As read back from the stored outcome, so that the executor and every duplicate see the same. */
  value: T;
  /** Whether an earlier execution's outcome was given and nothing ran. */
  replayed: boolean;
  attempt: number;
  completedAt: Date;
  /** The end of retention: until then duplicates are given this outcome. */
  expiresAt: Date;
  /** Null when replayed. */
  fencingToken: number | null;
}
