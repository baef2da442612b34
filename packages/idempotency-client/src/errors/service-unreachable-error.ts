import { IdempotencyError } from './idempotency-error.js';

/**
 * No answer of the service: the network failed, time ran out, or what answered is not the API (a proxy's page, a
 * redirect, a body of another shape). Nothing may be concluded from it, least of all permission to execute.
 */
export class ServiceUnreachableError extends IdempotencyError {
  override readonly name = 'ServiceUnreachableError';

  constructor(
    /** How often it was tried. */
    readonly attempts: number,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`no answer of the idempotency service in ${attempts} attempt(s): ${reason}`, { cause });
  }
}
