/**
 * Why a statement gave no answer:
 * - `unavailable`: the database cannot be used now. Whether the statement took effect is not known.
 * - `contention`: it was rolled back because of other transactions; the same statement may be sent again.
 * - `locked`: somebody else has held a row's lock for longer than we wait. Nothing was done; asking again at once
 *   would only wait as long again.
 * - `statement`: it was refused as it stands: a defect of ours, or one poisoned row of a batch.
 */
export type StoreFailureKind = 'unavailable' | 'contention' | 'locked' | 'statement';

/** A statement that failed, classified where it was caught. The cause stays inside the service. */
export class StoreFailure extends Error {
  constructor(
    readonly kind: StoreFailureKind,
    readonly sqlState: string | null,
    cause: unknown,
  ) {
    super(`statement failed: ${kind}${sqlState ? ` (SQLSTATE ${sqlState})` : ''}`, { cause });
    this.name = 'StoreFailure';
  }
}
