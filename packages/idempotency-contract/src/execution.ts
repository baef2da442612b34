import type { JsonValue, Outcome, OutcomeStorage } from './outcome.js';
import type { Checkpoint, IdempotencyRecord } from './record.js';
import type { ProblemDetails } from './problem-details.js';

/** Body of `POST …/complete`. */
export interface CompleteRequest {
  claimToken: string;
  outcome: Outcome;
  /** How long the outcome replays from now; absent means the claim's own. */
  retentionMs?: number;
  /** Absent means `outcome`. `none` keeps that it completed, and the status: no headers, no body. */
  store?: OutcomeStorage;
}

/** One entry of a completion batch: the single call with its path inside. */
export interface CompletionItem extends CompleteRequest {
  /** Absent means `default`. */
  namespace?: string;
  key: string;
}

/** Body of `POST /v1/completions/batch`. */
export interface CompletionBatchRequest {
  completions: CompletionItem[];
}

/** One entry of a completion batch's answer. */
export type CompletionBatchResult = ({ status: 200 } & IdempotencyRecord) | ProblemDetails;

/** Answer of `POST /v1/completions/batch`, in the order of the request. */
export interface CompletionBatchResponse {
  results: CompletionBatchResult[];
}

/** Body of `POST …/renew`. */
export interface RenewRequest {
  claimToken: string;
  /** The lease counted from now; absent means as long as the claim asked for. Never moves the end backwards. */
  leaseMs?: number;
}

/** Answer of `POST …/renew`. */
export interface RenewResponse {
  leaseExpiresAt: string;
}

/** Body of `POST …/checkpoint`. */
export interface CheckpointRequest {
  claimToken: string;
  name: string;
  /** Absent is stored as null. */
  data?: JsonValue;
}

/** Answer of `POST …/checkpoint`. */
export interface CheckpointResponse {
  checkpoint: Checkpoint;
  leaseExpiresAt: string;
}

/** What the executor knows when it lets go: nothing happened, or it cannot say. */
export type ReleaseEffect = 'none' | 'unknown';

/** Body of `POST …/release`. */
export interface ReleaseRequest {
  claimToken: string;
  effect: ReleaseEffect;
  /** For the audit trail. */
  reason?: string;
}

/** Answer of `POST …/release`: the state that it left behind. */
export interface ReleaseResponse {
  state: 'released' | 'outcome_unknown' | 'in_progress';
}

/** Body of `POST …/resolve`: the operator's answer to an unknown outcome. */
export interface ResolveRequest {
  resolution: 'completed' | 'retry';
  /** Required for `completed`, not allowed for `retry`. */
  outcome?: Outcome;
  /** For the audit trail. */
  note?: string;
}
