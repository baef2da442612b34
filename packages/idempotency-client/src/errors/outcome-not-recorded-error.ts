import type { Outcome } from '@infra-services/idempotency-contract';
import { IdempotencyError } from './idempotency-error.js';

/** What is needed to store the outcome later. */
export interface UnrecordedOutcome {
  readonly namespace: string;
  readonly key: string;
  readonly claimToken: string;
  readonly fencingToken: number;
  /** Undefined where the serializer could not make one. */
  readonly outcome: Outcome | undefined;
  /** What the operation returned; absent where it threw. */
  readonly value?: unknown;
  /** What the operation threw, where that was to be stored. */
  readonly operationError?: unknown;
}

/**
 * The operation ran, and its outcome is not known to be stored. The claim is not released, so nobody executes again
 * under `block`: store the outcome with `client.complete(error, {claimToken, outcome})` when the cause is gone. Keep the
 * claim token secret: it is the proof of ownership.
 */
export class OutcomeNotRecordedError extends IdempotencyError {
  override readonly name = 'OutcomeNotRecordedError';
  readonly namespace: string;
  readonly key: string;
  readonly claimToken: string;
  readonly fencingToken: number;
  readonly outcome: Outcome | undefined;
  declare readonly value?: unknown;
  declare readonly operationError?: unknown;

  constructor(unrecorded: UnrecordedOutcome, cause: unknown) {
    const { namespace, key } = unrecorded;
    super(`the operation of ${namespace}/${key} ran, and its outcome is not known to be stored`, { cause });
    this.namespace = namespace;
    this.key = key;
    this.claimToken = unrecorded.claimToken;
    this.fencingToken = unrecorded.fencingToken;
    this.outcome = unrecorded.outcome;
    if ('value' in unrecorded) this.value = unrecorded.value;
    if ('operationError' in unrecorded) this.operationError = unrecorded.operationError;
  }
}
