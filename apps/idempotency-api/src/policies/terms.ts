import type { InvalidField, OnLeaseExpiry } from '@infra-services/idempotency-contract';

/** What holds in one namespace of one tenant. Durations in milliseconds. */
export interface Terms {
  readonly leaseMs: number;
  readonly leaseMaxMs: number;
  readonly retentionMs: number;
  readonly retentionMaxMs: number;
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly allowedOnLeaseExpiry: readonly OnLeaseExpiry[];
}

/** What a call asks for, of that which terms bound. */
export interface AskedTerms {
  readonly leaseMs?: number;
  readonly retentionMs?: number;
  readonly onLeaseExpiry?: OnLeaseExpiry;
}

/**
 * Where a call asks for more than the terms allow. It is refused and not cut down: a caller that renews at a third of
 * the lease it asked for, or retries for as long as it asked to be remembered, would be wrong without knowing it.
 *
 * @param place JSON pointer to what asks.
 */
export function violations(asked: AskedTerms, terms: Terms, place = ''): InvalidField[] {
  const fields: InvalidField[] = [];
  if ((asked.leaseMs ?? 0) > terms.leaseMaxMs) {
    fields.push({ pointer: `${place}/leaseMs`, detail: atMost(terms.leaseMaxMs) });
  }
  if ((asked.retentionMs ?? 0) > terms.retentionMaxMs) {
    fields.push({ pointer: `${place}/retentionMs`, detail: atMost(terms.retentionMaxMs) });
  }
  if (asked.onLeaseExpiry !== undefined && !terms.allowedOnLeaseExpiry.includes(asked.onLeaseExpiry)) {
    const detail = `must be ${terms.allowedOnLeaseExpiry.join(' or ')} by this namespace's policy`;
    fields.push({ pointer: `${place}/onLeaseExpiry`, detail });
  }
  return fields;
}

function atMost(ms: number): string {
  return `must be at most ${ms} by this namespace's policy`;
}
