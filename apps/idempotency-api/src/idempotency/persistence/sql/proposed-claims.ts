import { GivenRows, plain, text } from '../../../infrastructure/database/given-rows.js';
import type { Claim } from '../../domain/claim.js';
import type { Identified } from '../identified.js';

/** The claims that a statement is given. */
export const givenClaims = new GivenRows<Identified<Claim>>('t', {
  identity: text(({ identity }) => identity),
  fingerprint: text(({ item }) => item.fingerprint),
  claim_token: plain('uuid', ({ item }) => item.claimToken),
  on_lease_expiry: plain('on_lease_expiry', ({ item }) => item.onLeaseExpiry),
  lease_ms: plain('int', ({ item }) => item.leaseMs),
  retention_ms: plain('bigint', ({ item }) => item.retentionMs),
  owner: text(({ item }) => item.owner),
});

/**
 * The beginning of a statement that inserts claims as first attempts; the rest says what becomes of a row that is there.
 *
 * Time: every row reads the clock once (`updated_at`; PostgreSQL does not flatten a subquery whose select list is
 * volatile), before it waits for anybody. By the time that it is its turn, that reading can only be too early, which makes
 * the lease that it grants end early, and a lease or a retention that it meets look live rather than over: it errs towards
 * refusing.
 */
export function proposeClaims(givenRows: string): string {
  return `
INSERT INTO idempotency_record AS r (
  identity, fingerprint, claim_token, on_lease_expiry, lease_ms, retention_ms, owner,
  state, attempt, fencing_token, lease_expires_at, created_at, updated_at)
SELECT
  c.identity, c.fingerprint, c.claim_token, c.on_lease_expiry, c.lease_ms, c.retention_ms, c.owner,
  'in_progress', 1, (date_part('epoch', c.at) * 1000000)::bigint, c.at + c.lease_ms * interval '1 millisecond', c.at, c.at
FROM (SELECT *, clock_timestamp() AS at FROM ${givenRows}) c`;
}
