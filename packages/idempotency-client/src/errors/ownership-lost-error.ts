import { IdempotencyError } from './idempotency-error.js';

/** Why `ctx.signal` was aborted: the claim is somebody else's, or must be presumed so as its lease is over. */
export class OwnershipLostError extends IdempotencyError {
  override readonly name = 'OwnershipLostError';

  constructor(
    readonly namespace: string,
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(`the claim on ${namespace}/${key} is lost, or must be presumed lost`, options);
  }
}
