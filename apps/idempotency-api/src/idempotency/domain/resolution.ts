import { sameOutcome, type StoredOutcome } from './outcome.js';
import { observedState, retentionIsOver, type RecordKey, type StoredRecord } from './record.js';
import { UNREADABLE } from './unreadable.js';

/** An operator's answer to an unknown outcome. */
export interface Resolution extends RecordKey {
  /** Null: it did not happen, the next claim may execute. */
  readonly outcome: StoredOutcome | null;
  readonly actor: string;
  readonly note: string | null;
}

export type ResolutionVerdict =
  | { readonly kind: 'resolved'; readonly record: StoredRecord }
  | { readonly kind: 'not_resolvable' }
  /** It was settled before, with an outcome that cannot be read and so not compared. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'not_found' };

/** A wish to forget a record. */
export interface Deletion extends RecordKey {
  /** Delete even while the record is open. */
  readonly force: boolean;
  readonly actor: string;
}

export type DeletionVerdict = 'deleted' | 'open' | 'not_found';

/** Says why a resolution did not take effect. The same resolution said twice is a success: a null token marks it. */
export function explainResolution(
  record: StoredRecord | undefined,
  resolution: Resolution,
): ResolutionVerdict | 'again' {
  if (!record || retentionIsOver(record)) return { kind: 'not_found' };
  if (observedState(record) === 'outcome_unknown') return 'again';
  if (record.claimToken !== null) return { kind: 'not_resolvable' };
  if (record.outcome === UNREADABLE && resolution.outcome !== null) return { kind: 'unreadable' };
  return saysTheSame(record.outcome, resolution, record.state)
    ? { kind: 'resolved', record }
    : { kind: 'not_resolvable' };
}

function saysTheSame(
  stored: StoredRecord['outcome'],
  resolution: Resolution,
  state: StoredRecord['state'],
): boolean {
  if (resolution.outcome === null) return state === 'released';
  return stored !== null && stored !== UNREADABLE && sameOutcome(stored, resolution.outcome);
}

/** Says why a deletion did not take effect. */
export function explainDeletion(
  record: StoredRecord | undefined,
  deletion: Deletion,
): DeletionVerdict | 'again' {
  if (!record || retentionIsOver(record)) return 'not_found';
  return record.state === 'in_progress' && !deletion.force ? 'open' : 'again';
}
