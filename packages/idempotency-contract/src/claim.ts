import type { JsonValue, RecordedOutcome } from './outcome.js';
import type { Checkpoint, OnLeaseExpiry } from './record.js';
import type { ProblemDetails } from './problem-details.js';

/** Body of `POST /v1/claims`. */
export interface ClaimRequest {
  /** Absent means `default`. */
  namespace?: string;
  key: string;
  /** What the key stands for; only its fingerprint is kept. Not together with `fingerprint`. */
  request?: JsonValue;
  /** The caller's own digest of the request. */
  fingerprint?: string;
  /** A UUID chosen by the caller, so that a claim whose answer got lost can be asked again. */
  claimToken?: string;
  leaseMs?: number;
  retentionMs?: number;
  /** Fixed by the record's first claim. Absent means `block`. */
  onLeaseExpiry?: OnLeaseExpiry;
  /** Milliseconds to wait for an execution in flight to end. */
  waitMs?: number;
  /** Who claims, for people who read records. */
  owner?: string;
}

/** Body of `POST /v1/claims/batch`. */
export interface ClaimBatchRequest {
  claims: ClaimRequest[];
}

/** You are the one executor (201). */
export interface ExecuteDecision {
  decision: 'execute';
  namespace: string;
  key: string;
  claimToken: string;
  fencingToken: number;
  attempt: number;
  leaseExpiresAt: string;
  checkpoint: Checkpoint | null;
}

/** The operation is done: here is its outcome (200). */
export interface ReplayDecision {
  decision: 'replay';
  namespace: string;
  key: string;
  outcome: RecordedOutcome;
  completedAt: string;
  expiresAt: string;
  attempt: number;
}

/** One entry of a batch: the status and the body that the single call would have answered. */
export type ClaimBatchResult =
  ({ status: 201 } & ExecuteDecision) | ({ status: 200 } & ReplayDecision) | ProblemDetails;

/** Answer of `POST /v1/claims/batch`, in the order of the request. */
export interface ClaimBatchResponse {
  results: ClaimBatchResult[];
}
