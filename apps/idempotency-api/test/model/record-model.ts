import type { OnLeaseExpiry, ReleaseEffect } from '@infra-services/idempotency-contract';

/** A checkpoint and an outcome are what was said; the model compares them and looks into neither. */
type Said = string;

/** One record as the contract has it (docs/semantics.md), without time: a lease or a retention is over or it is not. */
export interface ModelRecord {
  readonly state: 'in_progress' | 'completed' | 'released';
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly leaseIsOver: boolean;
  /** The token of the current or the last claim; null once an operator has resolved the record. */
  readonly claimToken: string | null;
  /** Its holder said that it does not know the outcome. */
  readonly isRelinquished: boolean;
  readonly request: Said | null;
  readonly owner: string;
  /** Milliseconds, of the claim or of the completion. */
  readonly retentionMs: number;
  readonly attempt: number;
  /** Which of all grants of this key, counted across deletions: the order in which fencing tokens must grow. */
  readonly grant: number;
  readonly checkpoint: Said | null;
  readonly outcome: Said | null;
}

/** A key: its record, if it has one, and how many grants there were. */
export interface ModelKey {
  readonly record: ModelRecord | null;
  readonly grants: number;
}

export const newModelKey: ModelKey = { record: null, grants: 0 };

/** What a call is answered, without what the service alone can know (times, the fencing token's number). */
export type ModelAnswer =
  | {
      readonly kind: 'execute';
      readonly grant: number;
      readonly attempt: number;
      readonly checkpoint: Said | null;
    }
  | { readonly kind: 'replay'; readonly outcome: Said; readonly attempt: number }
  | { readonly kind: 'record'; readonly record: ModelRecord }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: string };

/** The key after a call, and the call's answer. */
export interface Step {
  readonly key: ModelKey;
  readonly answer: ModelAnswer;
}

export interface ModelClaim {
  readonly claimToken: string;
  readonly request: Said | null;
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly owner: string;
  readonly retentionMs: number;
}

/** Claims: the table of STATE_MACHINE.md, row by row. */
export function claim(key: ModelKey, call: ModelClaim): Step {
  const { record } = key;
  if (!record) return granted(key, call, { attempt: 1, checkpoint: null, onLeaseExpiry: call.onLeaseExpiry });
  if (record.request !== call.request) return refused(key, 'FINGERPRINT_MISMATCH');
  if (record.state === 'completed') {
    return { key, answer: { kind: 'replay', outcome: record.outcome!, attempt: record.attempt } };
  }
  const isOwn = record.claimToken === call.claimToken;
  if (record.state === 'in_progress') {
    if (isOwn && !record.isRelinquished) {
      const again = { ...record, leaseIsOver: false, owner: call.owner, retentionMs: call.retentionMs };
      return { key: { ...key, record: again }, answer: grantOf(again) };
    }
    if (!record.leaseIsOver) return refused(key, 'CLAIM_IN_PROGRESS');
    if (record.onLeaseExpiry === 'block') return refused(key, 'OUTCOME_UNKNOWN');
  }
  if (isOwn) return refused(key, 'CLAIM_LOST');
  return granted(key, call, { ...record, attempt: record.attempt + 1 });
}

/** Completions: by the current token, whatever its lease; said again, the same answer. */
export function complete(key: ModelKey, claimToken: string, outcome: Said, retentionMs?: number): Step {
  const { record } = key;
  if (!record) return refused(key, 'RECORD_NOT_FOUND');
  if (record.claimToken !== claimToken || record.state === 'released') return refused(key, 'CLAIM_LOST');
  if (record.state === 'completed') {
    return record.outcome === outcome ? answeredRecord(key, record) : refused(key, 'OUTCOME_CONFLICT');
  }
  const kept = retentionMs ?? record.retentionMs;
  return answeredRecord(key, {
    ...record,
    state: 'completed',
    isRelinquished: false,
    outcome,
    retentionMs: kept,
  });
}

/** Renewals and checkpoints: by the holder alone. A renewal revives a lease that is over. */
export function renew(key: ModelKey, claimToken: string): Step {
  return byHolder(key, claimToken, (record) => ({ ...record, leaseIsOver: false }));
}

export function checkpoint(key: ModelKey, claimToken: string, said: Said): Step {
  return byHolder(key, claimToken, (record) => ({ ...record, checkpoint: said }));
}

/** Releases: `none` frees the record, `unknown` ends the lease and leaves the token its right to complete. */
export function release(key: ModelKey, claimToken: string, effect: ReleaseEffect): Step {
  const { record } = key;
  if (!record) return refused(key, 'RECORD_NOT_FOUND');
  if (record.claimToken !== claimToken || record.state === 'completed') return refused(key, 'CLAIM_LOST');
  if (record.state === 'released') {
    return effect === 'none' ? { key, answer: { kind: 'done' } } : refused(key, 'CLAIM_LOST');
  }
  const left: ModelRecord =
    effect === 'none'
      ? { ...record, state: 'released', isRelinquished: false }
      : { ...record, isRelinquished: true, leaseIsOver: true };
  return { key: { ...key, record: left }, answer: { kind: 'done' } };
}

/** The operator's answer, to an unknown outcome alone; said again, the same answer. */
export function resolve(key: ModelKey, resolution: 'completed' | 'retry', outcome: Said): Step {
  const { record } = key;
  if (!record) return refused(key, 'RECORD_NOT_FOUND');
  const said = resolution === 'completed' ? outcome : null;
  if (isUnknown(record)) {
    const state = resolution === 'completed' ? 'completed' : 'released';
    return answeredRecord(key, { ...record, state, outcome: said, claimToken: null, isRelinquished: false });
  }
  const isSaidAgain =
    record.claimToken === null &&
    (resolution === 'retry' ? record.state === 'released' : record.outcome === said);
  return isSaidAgain ? answeredRecord(key, record) : refused(key, 'NOT_RESOLVABLE');
}

/** A deletion; open records by force alone. */
export function forget(key: ModelKey, force: boolean): Step {
  if (!key.record) return refused(key, 'RECORD_NOT_FOUND');
  if (key.record.state === 'in_progress' && !force) return refused(key, 'RECORD_OPEN');
  return { key: { ...key, record: null }, answer: { kind: 'done' } };
}

/** Time passes: the lease of whoever holds one is over. */
export function leaseEnds(key: ModelKey): ModelKey {
  return key.record?.state === 'in_progress' ? { ...key, record: { ...key.record, leaseIsOver: true } } : key;
}

/** Time passes: a closed record is forgotten, an open one never. */
export function retentionEnds(key: ModelKey): ModelKey {
  return key.record && key.record.state !== 'in_progress' ? { ...key, record: null } : key;
}

/** In progress, blocked, and its lease over: nobody knows. */
export function isUnknown(record: ModelRecord): boolean {
  return record.state === 'in_progress' && record.onLeaseExpiry === 'block' && record.leaseIsOver;
}

function granted(
  { grants }: ModelKey,
  { claimToken, request, owner, retentionMs }: ModelClaim,
  from: Pick<ModelRecord, 'attempt' | 'checkpoint' | 'onLeaseExpiry'>,
): Step {
  const record: ModelRecord = {
    state: 'in_progress',
    onLeaseExpiry: from.onLeaseExpiry,
    leaseIsOver: false,
    claimToken,
    isRelinquished: false,
    request,
    owner,
    retentionMs,
    attempt: from.attempt,
    grant: grants + 1,
    checkpoint: from.checkpoint,
    outcome: null,
  };
  return { key: { record, grants: grants + 1 }, answer: grantOf(record) };
}

function grantOf({ grant, attempt, checkpoint: handedOver }: ModelRecord): ModelAnswer {
  return { kind: 'execute', grant, attempt, checkpoint: handedOver };
}

function byHolder(key: ModelKey, claimToken: string, change: (record: ModelRecord) => ModelRecord): Step {
  const { record } = key;
  if (!record) return refused(key, 'RECORD_NOT_FOUND');
  const holds = record.state === 'in_progress' && record.claimToken === claimToken && !record.isRelinquished;
  if (!holds) return refused(key, 'CLAIM_LOST');
  return { key: { ...key, record: change(record) }, answer: { kind: 'done' } };
}

function answeredRecord(key: ModelKey, record: ModelRecord): Step {
  return { key: { ...key, record }, answer: { kind: 'record', record } };
}

function refused(key: ModelKey, code: string): Step {
  return { key, answer: { kind: 'refused', code } };
}
