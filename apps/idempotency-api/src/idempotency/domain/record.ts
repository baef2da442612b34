import type { OnLeaseExpiry, RecordState } from '@infra-services/idempotency-contract';
import type { StoredCheckpoint } from './checkpoint.js';
import type { StoredOutcome } from './outcome.js';
import type { Unreadable } from './unreadable.js';

/** What a record is for. */
export interface RecordKey {
  readonly tenant: string;
  readonly namespace: string;
  readonly key: string;
}

/**
 * Between the parts of an identity: no tenant and no namespace contains it, and it comes before whatever they may contain, so that
 * identities sort as their parts do. (A key may contain it, and is the last part.)
 */
const SEPARATOR = ' ';

/** Comes right after the separator: after all identities that begin with the same parts. */
const AFTER_SEPARATOR = '!';

/** The identity of a record: its primary key, and its name in maps (docs/adr/0020-the-identity-is-one-column.md). */
export function identityOf({ tenant, namespace, key }: RecordKey): string {
  return tenant + SEPARATOR + namespace + SEPARATOR + key;
}

/** What the record of an identity is for. */
export function keyOf(identity: string): RecordKey {
  const first = identity.indexOf(SEPARATOR);
  const second = identity.indexOf(SEPARATOR, first + 1);
  return {
    tenant: identity.slice(0, first),
    namespace: identity.slice(first + 1, second),
    key: identity.slice(second + 1),
  };
}

/** All identities of a tenant, or of one of its namespaces, lie between these two and no others do. */
export function identitiesIn(
  tenant: string,
  namespace: string | null,
): readonly [after: string, before: string] {
  const begin = namespace === null ? tenant : tenant + SEPARATOR + namespace;
  return [begin + SEPARATOR, begin + AFTER_SEPARATOR];
}

/** Primary key order. Identities are ASCII and collate "C", so that code units sort as Postgres does. */
export function compareIdentities(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** States as they are stored. `outcome_unknown` and "retention over" derive from time and are never stored. */
export type StoredState = 'in_progress' | 'completed' | 'released';

/** What every record has, with the instant (Postgres time) at which it was seen. */
export interface RecordHead extends RecordKey {
  readonly state: StoredState;
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly attempt: number;
  readonly fencingToken: number;
  readonly owner: string | null;
  readonly fingerprint: string | null;
  /** Null once an operator has resolved the record. Never leaves the service but to the holder. */
  readonly claimToken: string | null;
  readonly relinquished: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly leaseExpiresAt: Date | null;
  readonly completedAt: Date | null;
  readonly expiresAt: Date | null;
  /** Postgres time of this look. */
  readonly seenAt: Date;
}

interface RecordBody extends RecordHead {
  readonly checkpoint: StoredCheckpoint | Unreadable | null;
}

export interface InProgressRecord extends RecordBody {
  readonly state: 'in_progress';
  readonly claimToken: string;
  readonly leaseExpiresAt: Date;
  readonly outcome: null;
}

export interface CompletedRecord extends RecordBody {
  readonly state: 'completed';
  readonly outcome: StoredOutcome | Unreadable;
  /** Its deletion was announced: it is replayed until it is gone, and kept in no memory. */
  readonly isBeingDeleted: boolean;
  readonly completedAt: Date;
  readonly expiresAt: Date;
}

interface ReleasedRecord extends RecordBody {
  readonly state: 'released';
  readonly outcome: null;
  readonly expiresAt: Date;
}

/** A record as read. The schema's CHECK constraints hold what the three kinds say. */
export type StoredRecord = InProgressRecord | CompletedRecord | ReleasedRecord;

type Timed = Pick<RecordHead, 'leaseExpiresAt' | 'expiresAt' | 'seenAt'>;

/** Whether the lease had ended when the record was seen. A record without a lease has none that could end. */
export function leaseIsOver(record: Timed): boolean {
  return record.leaseExpiresAt !== null && record.leaseExpiresAt <= record.seenAt;
}

/** Whether the record was forgotten when it was seen, swept or not: then it counts as absent. */
export function retentionIsOver(record: Timed): boolean {
  return record.expiresAt !== null && record.expiresAt <= record.seenAt;
}

/** The state as a reader sees it. */
export function observedState(record: Timed & Pick<RecordHead, 'state' | 'onLeaseExpiry'>): RecordState {
  const unknown = record.state === 'in_progress' && record.onLeaseExpiry === 'block' && leaseIsOver(record);
  return unknown ? 'outcome_unknown' : record.state;
}
