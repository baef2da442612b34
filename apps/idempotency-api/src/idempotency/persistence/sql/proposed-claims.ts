import { GivenRows, plain, text } from '../../../infrastructure/database/given-rows.js';
import type { Claim } from '../../domain/claim.js';

/** The claims that a statement is given. */
export const givenClaims = new GivenRows<Claim>('t', {
  tenant: text((claim) => claim.tenant),
  namespace: text((claim) => claim.namespace),
  key: text((claim) => claim.key),
  fingerprint: text((claim) => claim.fingerprint),
  claim_token: plain('uuid', (claim) => claim.claimToken),
  on_lease_expiry: plain('on_lease_expiry', (claim) => claim.onLeaseExpiry),
  lease_ms: plain('int', (claim) => claim.leaseMs),
  retention_ms: plain('bigint', (claim) => claim.retentionMs),
  owner: text((claim) => claim.owner),
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
  tenant, namespace, key, fingerprint, claim_token, on_lease_expiry, lease_ms, retention_ms, owner,
  state, attempt, fencing_token, lease_expires_at, created_at, updated_at)
SELECT
  c.tenant, c.namespace, c.key, c.fingerprint, c.claim_token, c.on_lease_expiry, c.lease_ms, c.retention_ms, c.owner,
  'in_progress', 1, (date_part('epoch', c.at) * 1000000)::bigint, c.at + c.lease_ms * interval '1 millisecond', c.at, c.at
FROM (SELECT *, clock_timestamp() AS at FROM ${givenRows}) c`;
}
