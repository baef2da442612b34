import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import type { StoredCheckpoint } from './checkpoint.js';
import type { StoredOutcome } from './outcome.js';
import {
  leaseIsOver,
  retentionIsOver,
  type CompletedRecord,
  type InProgressRecord,
  type RecordKey,
  type StoredRecord,
} from './record.js';
import { UNREADABLE } from './unreadable.js';

/** An attempt to become the one executor. Durations in milliseconds. */
export interface Claim extends RecordKey {
  readonly fingerprint: string | null;
  readonly claimToken: string;
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly leaseMs: number;
  readonly retentionMs: number;
  readonly owner: string | null;
}

/** What a granted claim holds. */
export interface Grant {
  readonly claimToken: string;
  readonly fencingToken: number;
  readonly attempt: number;
  /** The lease of the executor before had ended; told to nobody but the metrics. */
  readonly isTakeover: boolean;
  readonly leaseExpiresAt: Date;
  readonly checkpoint: StoredCheckpoint | null;
}

/** What a duplicate is told: the outcome, and since when and until when it stands. */
export interface Replay extends RecordKey {
  readonly fingerprint: string | null;
  readonly outcome: StoredOutcome;
  readonly completedAt: Date;
  readonly expiresAt: Date;
  readonly attempt: number;
  /** No memory may keep it (docs/adr/0010-replay-cache.md). */
  readonly isBeingDeleted: boolean;
}

/** What a completed record tells duplicates; undefined if its outcome cannot be read. */
function replayOf(record: CompletedRecord): Replay | undefined {
  const { tenant, namespace, key, fingerprint, outcome, completedAt, expiresAt, attempt, isBeingDeleted } =
    record;
  if (outcome === UNREADABLE) return undefined;
  return { tenant, namespace, key, fingerprint, outcome, completedAt, expiresAt, attempt, isBeingDeleted };
}

/** The answer to a claim. Only `execute` lets anybody execute. */
export type ClaimDecision =
  | { readonly kind: 'execute'; readonly grant: Grant }
  | { readonly kind: 'replay'; readonly replay: Replay }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'in_progress'; readonly leaseLeftMs: number }
  | { readonly kind: 'outcome_unknown' }
  | { readonly kind: 'lost' }
  /** What the record holds cannot be read: nobody is told to execute, whatever it says. */
  | { readonly kind: 'unreadable' };

/** Any answer that does not let execute. */
export type Refusal = Exclude<ClaimDecision, { kind: 'execute' }>;

/**
 * Says why the store refused a claim, from the record as read afterwards. It never grants: where the record looks
 * claimable by now (`again`), the store has to be asked again, under the row's lock. The order is that of the state table
 * (STATE_MACHINE.md); the conditions are those of `sql/grant-claims.ts`, and a test holds the two together.
 */
export function explainRefusal(record: StoredRecord | undefined, claim: Claim): Refusal | 'again' {
  if (!record || retentionIsOver(record)) return 'again';
  if (record.fingerprint !== claim.fingerprint) return { kind: 'mismatch' };
  const sameToken = record.claimToken === claim.claimToken;
  switch (record.state) {
    case 'completed': {
      const replay = replayOf(record);
      return replay ? answerFromReplay(replay, claim) : { kind: 'unreadable' };
    }
    case 'released':
      return sameToken ? { kind: 'lost' } : 'again';
    case 'in_progress':
      if (sameToken && !record.relinquished) return 'again';
      if (!leaseIsOver(record)) return { kind: 'in_progress', leaseLeftMs: leaseLeftMs(record) };
      if (record.onLeaseExpiry === 'block') return { kind: 'outcome_unknown' };
      return sameToken ? { kind: 'lost' } : 'again';
  }
}

/** The answer that a completed record has for a claim. The claim token plays no part: what is done is done. */
export function answerFromReplay(replay: Replay, claim: Claim): Refusal {
  return replay.fingerprint === claim.fingerprint ? { kind: 'replay', replay } : { kind: 'mismatch' };
}

function leaseLeftMs(record: InProgressRecord): number {
  return record.leaseExpiresAt.getTime() - record.seenAt.getTime();
}
