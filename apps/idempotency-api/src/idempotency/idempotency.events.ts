import type { RecordKey } from './domain/record.js';

/** What people who run the service want to count or see. Observers must not throw and must not be slow. */
export interface IdempotencyEvents {
  /** A claim was answered; `attempt` and `isTakeover` are those of a grant. */
  claimDecided(kind: string, attempt: number | null, isTakeover: boolean): void;
  /** A token that had lost its claim came back: somebody else may have executed meanwhile. */
  claimLost(operation: string, record: RecordKey): void;
  /** A record is in progress no more: completed, released, resolved or deleted. */
  executionEnded(record: RecordKey): void;
}
