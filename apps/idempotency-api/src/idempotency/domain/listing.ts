import type { RecordState } from '@infra-services/idempotency-contract';
import type { RecordHead } from './record.js';

/** What to list. */
export interface ListQuery {
  readonly tenant: string;
  readonly namespace: string | null;
  readonly state: RecordState | null;
  readonly createdBefore: Date | null;
  /** Begin after this position; null: at the beginning. */
  readonly after: Position | null;
  readonly limit: number;
}

/** Where a look ended: the next one begins after it. */
export interface Position {
  readonly namespace: string;
  readonly key: string;
}

/** A record in a list: neither the outcome's headers and body nor the checkpoint's data were read. */
export interface ListedRecord extends RecordHead {
  readonly outcomeStatus: number | null;
  readonly checkpointName: string | null;
}

/** A page, and where to go on; null at the end. */
export interface RecordPageSlice {
  readonly records: ListedRecord[];
  readonly next: Position | null;
}
