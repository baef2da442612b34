import type { Outcome } from '@infra-services/idempotency-contract';
import { IdempotencyError } from './idempotency-error.js';

/** Thrown by an operation that knows that nothing happened: the next claim may execute. */
export class NothingHappened extends IdempotencyError {
  override readonly name = 'NothingHappened';

  /** A text is the message; anything else is the cause. */
  constructor(reason: unknown) {
    if (typeof reason === 'string') super(reason);
    else super(reason instanceof Error ? reason.message : 'nothing happened', { cause: reason });
  }
}

/** Thrown by an operation to store a failure as its outcome; every duplicate is given it again. */
export class StoredFailure extends IdempotencyError {
  override readonly name = 'StoredFailure';
  /** Whether it comes from an earlier execution. */
  readonly replayed: boolean;

  constructor(
    readonly outcome: Outcome,
    options: { message?: string; cause?: unknown; replayed?: boolean } = {},
  ) {
    const { message = 'the operation failed, and its failure is stored', replayed = false } = options;
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.replayed = replayed;
  }
}
