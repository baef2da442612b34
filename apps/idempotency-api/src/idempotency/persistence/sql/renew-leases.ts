import { BatchStatement } from '../../../infrastructure/database/batch-statement.js';
import type { Database } from '../../../infrastructure/database/database.js';
import { GivenRows, plain, text } from '../../../infrastructure/database/given-rows.js';
import { milliseconds } from '../../../infrastructure/database/packed-rows.js';
import type { Renewal } from '../../domain/execution.js';

/** A lease that was extended. */
export type RenewedRow = readonly [
  tenant: string,
  namespace: string,
  key: string,
  /** Milliseconds since the epoch. */
  leaseExpiresAt: number,
];

const givenRenewals = new GivenRows<Renewal>('c', {
  tenant: text((renewal) => renewal.tenant),
  namespace: text((renewal) => renewal.namespace),
  key: text((renewal) => renewal.key),
  claim_token: plain('uuid', (renewal) => renewal.claimToken),
  lease_ms: plain('int', (renewal) => renewal.leaseMs),
});

/**
 * Extends leases of claims that are still held, ended ones too as long as nobody took over or resolved. The end
 * never moves backwards, so that a delayed repetition cannot shorten a lease. Locks as in `complete-claims.ts`, and
 * is written as an insertion for the same reason.
 */
const statement = new BatchStatement<Renewal, RenewedRow>(
  'renew_leases',
  givenRenewals,
  (givenRows) => `
INSERT INTO idempotency_record AS r (
  tenant, namespace, key, claim_token, on_lease_expiry, lease_ms, retention_ms, attempt, fencing_token, created_at,
  state, updated_at, lease_expires_at)
SELECT
  h.tenant, h.namespace, h.key, h.claim_token, h.on_lease_expiry, h.claimed_lease_ms, h.retention_ms, h.attempt,
  h.fencing_token, h.created_at,
  'in_progress', h.at, h.at + coalesce(h.lease_ms, h.claimed_lease_ms) * interval '1 millisecond'
FROM (
  SELECT c.*, clock_timestamp() AS at, locked.*
  FROM ${givenRows}
  CROSS JOIN LATERAL (
    SELECT r.state, r.claim_token AS current_token, r.relinquished, r.lease_ms AS claimed_lease_ms,
           r.on_lease_expiry, r.retention_ms, r.attempt, r.fencing_token, r.created_at
    FROM idempotency_record r
    WHERE r.tenant = c.tenant AND r.namespace = c.namespace AND r.key = c.key
    LIMIT 1
    FOR UPDATE
  ) locked
) h
WHERE h.current_token = h.claim_token
  AND h.state = 'in_progress'
  AND NOT h.relinquished
ON CONFLICT (tenant, namespace, key) DO UPDATE SET
  lease_expires_at = greatest(r.lease_expires_at, excluded.lease_expires_at),
  updated_at = excluded.updated_at
RETURNING r.tenant, r.namespace, r.key, r.lease_expires_at`,
  ['w.tenant', 'w.namespace', 'w.key', milliseconds('w.lease_expires_at')],
);

/** Sends renewals, sorted by primary key and no key twice, in one statement. Throws `StoreFailure`. */
export function renewLeases(db: Database, renewals: readonly Renewal[]): Promise<readonly RenewedRow[]> {
  return statement.send(db, renewals);
}
