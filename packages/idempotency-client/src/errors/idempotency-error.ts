/** Base of every error that this package makes. */
export class IdempotencyError extends Error {
  override readonly name: string = 'IdempotencyError';
}
