import type { ReleaseEffect } from '@infra-services/idempotency-contract';
import type { StoredCheckpoint } from './checkpoint.js';
import { sameOutcome, type StoredOutcome } from './outcome.js';
import { retentionIsOver, type CompletedRecord, type RecordKey, type StoredRecord } from './record.js';
import { UNREADABLE } from './unreadable.js';

/** A record and the token that must be its current claim's. */
export interface HeldRecord extends RecordKey {
  readonly claimToken: string;
}

export interface Completion extends HeldRecord {
  readonly outcome: StoredOutcome;
  /** Milliseconds; null: as the claim asked. */
  readonly retentionMs: number | null;
}

export interface Renewal extends HeldRecord {
  /** Milliseconds; null: as the claim asked. */
  readonly leaseMs: number | null;
}

export interface CheckpointWrite extends HeldRecord {
  readonly checkpoint: StoredCheckpoint;
}

export interface Release extends HeldRecord {
  readonly effect: ReleaseEffect;
  readonly reason: string | null;
}

/** No record, or no longer this claim's: answers, not failures. */
export type NotHeld = { readonly kind: 'not_found' } | { readonly kind: 'lost' };

export type CompletionVerdict =
  | { readonly kind: 'completed'; readonly record: CompletedRecord }
  | { readonly kind: 'conflict' }
  /** An outcome is stored, and cannot be read and so not compared. */
  | { readonly kind: 'unreadable' }
  | NotHeld;

export type RenewalVerdict = { readonly kind: 'renewed'; readonly leaseExpiresAt: Date } | NotHeld;

export type CheckpointVerdict = { readonly kind: 'kept'; readonly leaseExpiresAt: Date } | NotHeld;

export type ReleaseVerdict = { readonly kind: 'let_go'; readonly record: StoredRecord } | NotHeld;

/**
 * Says why a completion did not take effect. The same outcome said twice by the same token is a success; a token
 * that was let go of with `effect: none` has said that there is none.
 */
export function explainCompletion(
  record: StoredRecord | undefined,
  completion: Completion,
): CompletionVerdict | 'again' {
  if (!record || retentionIsOver(record)) return { kind: 'not_found' };
  if (record.claimToken !== completion.claimToken) return { kind: 'lost' };
  switch (record.state) {
    case 'completed':
      if (record.outcome === UNREADABLE) return { kind: 'unreadable' };
      return sameOutcome(record.outcome, completion.outcome)
        ? { kind: 'completed', record }
        : { kind: 'conflict' };
    case 'released':
      return { kind: 'lost' };
    case 'in_progress':
      return 'again';
  }
}

/** Says why a renewal or a checkpoint did not take effect. */
export function explainNotHeld(record: StoredRecord | undefined, held: HeldRecord): NotHeld | 'again' {
  if (!record || retentionIsOver(record)) return { kind: 'not_found' };
  const holds =
    record.state === 'in_progress' && record.claimToken === held.claimToken && !record.relinquished;
  return holds ? 'again' : { kind: 'lost' };
}

/** Says why a release did not take effect. The same release said twice is a success. */
export function explainRelease(record: StoredRecord | undefined, release: Release): ReleaseVerdict | 'again' {
  if (!record || retentionIsOver(record)) return { kind: 'not_found' };
  if (record.claimToken !== release.claimToken) return { kind: 'lost' };
  switch (record.state) {
    case 'released':
      return release.effect === 'none' ? { kind: 'let_go', record } : { kind: 'lost' };
    case 'completed':
      return { kind: 'lost' };
    case 'in_progress':
      return release.effect === 'unknown' && record.relinquished ? { kind: 'let_go', record } : 'again';
  }
}
