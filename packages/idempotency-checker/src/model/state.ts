import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';

/**
 * The record as the contract describes it, small enough to be searched. Instants are monotonic microseconds and known
 * within bounds: the service read its clock between the begin and the end of the call that set them.
 */
export type State = Absent | Open | Completed | Released;

/** The fencing token of the last claim. `exact` is false where its grant was never answered: at least so much. */
export interface Fence {
  readonly token: number;
  readonly exact: boolean;
}

export interface Absent {
  readonly kind: 'absent';
  readonly fence: Fence;
}

/** What all states with a claim have. */
export interface Claimed {
  readonly fence: Fence;
  readonly attempt: number;
  readonly policy: OnLeaseExpiry;
  readonly fingerprint: string | null;
  readonly retentionMs: number;
}

export interface Open extends Claimed {
  readonly kind: 'open';
  readonly claimToken: string;
  /** Let go of with effect `unknown`: no longer claimed or renewed, yet to be completed. */
  readonly relinquished: boolean;
  readonly leaseMs: number;
  /** The lease is over at an instant of these. */
  readonly lease: Instant;
}

export interface Completed extends Claimed {
  readonly kind: 'completed';
  /** Null after an operator's resolution. */
  readonly claimToken: string | null;
  /** Canonical JSON. */
  readonly outcome: string;
  readonly retention: Instant;
}

export interface Released extends Claimed {
  readonly kind: 'released';
  /** Null after an operator's resolution. */
  readonly claimToken: string | null;
  readonly retention: Instant;
}

/** An instant that is not before `from` and not after `until`. */
export interface Instant {
  readonly from: number;
  readonly until: number;
}

/** Before anything was claimed. */
export const initialState: Absent = { kind: 'absent', fence: { token: 0, exact: true } };
