import type { JsonValue, RecordedOutcome } from './outcome.js';

/** The state as a reader sees it; `outcome_unknown` is derived: in progress, lease over, policy `block`. */
export type RecordState = 'in_progress' | 'outcome_unknown' | 'completed' | 'released';

/** What happens when a lease ends without an outcome. */
export type OnLeaseExpiry = 'block' | 'takeover';

/** A named recovery point, kept for whoever continues the operation. */
export interface Checkpoint {
  name: string;
  data: JsonValue;
}

/** A record as answered. What does not apply is null. It never contains a claim token. Times are RFC 3339, UTC. */
export interface IdempotencyRecord {
  namespace: string;
  key: string;
  state: RecordState;
  attempt: number;
  fencingToken: number;
  onLeaseExpiry: OnLeaseExpiry;
  owner: string | null;
  fingerprint: string | null;
  leaseExpiresAt: string | null;
  checkpoint: Checkpoint | null;
  outcome: RecordedOutcome | null;
  createdAt: string;
  updatedAt: string;
  completedAt: string | null;
  expiresAt: string | null;
}

/** A record in a list: the outcome without headers and body, the checkpoint without data. */
export interface RecordSummary extends Omit<IdempotencyRecord, 'outcome' | 'checkpoint'> {
  outcome: { status?: number } | null;
  checkpoint: { name: string } | null;
}

/** Query of `GET /v1/records/{namespace}/{key}`. */
export interface GetRecordQuery {
  /** Milliseconds to wait for the execution in flight to end. */
  waitMs?: number;
}

/** Query of `GET /v1/records`. */
export interface ListRecordsQuery {
  namespace?: string;
  state?: RecordState;
  /** RFC 3339. */
  createdBefore?: string;
  /** `nextCursor` of the former page. */
  cursor?: string;
  limit?: number;
}

/** A page in order of namespace and key. It may be short, even empty, while `nextCursor` is set: go on until it is null. */
export interface RecordPage {
  records: RecordSummary[];
  nextCursor: string | null;
}

/** Query of `DELETE /v1/records/{namespace}/{key}`. */
export interface DeleteRecordQuery {
  /** Delete even in progress or unknown. */
  force?: boolean;
}
