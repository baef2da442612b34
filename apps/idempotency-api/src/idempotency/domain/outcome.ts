import canonicalize from 'canonicalize';
import type { JsonValue, Outcome } from '@infra-services/idempotency-contract';

/**
 * An outcome as it is stored: the status in a column of its own, so that lists need not read the rest; headers,
 * body and encoding as compact JSON. An absent body is an absent member, which keeps it apart from `null`.
 */
export interface StoredOutcome {
  readonly status: number | null;
  readonly rest: Uint8Array;
}

/** What was sent, made ready to store. */
export function toStored(outcome: Outcome): StoredOutcome {
  const { status, ...rest } = outcome;
  return { status: status ?? null, rest: Buffer.from(JSON.stringify(rest)) };
}

/** What was stored, as it was sent. */
export function fromStored(stored: StoredOutcome): Outcome {
  const rest = JSON.parse(Buffer.from(stored.rest).toString()) as Omit<Outcome, 'status'>;
  return stored.status === null ? rest : { status: stored.status, ...rest };
}

/** The outcome's size in bytes: compact JSON in UTF-8, as MAX_OUTCOME_BYTES counts it. */
export function sizeInBytes(outcome: Outcome): number {
  return Buffer.byteLength(JSON.stringify(outcome));
}

/** Whether two outcomes say the same, however their members are ordered (RFC 8785). */
export function sameOutcome(one: StoredOutcome, other: StoredOutcome): boolean {
  return one.status === other.status && canonical(one) === canonical(other);
}

function canonical(stored: StoredOutcome): string {
  return canonicalize(fromStored(stored) as JsonValue) as string;
}
