import type { Database } from '../../../infrastructure/database/database.js';
import type { Renewal } from '../../domain/execution.js';

/** A lease that was extended. */
export interface RenewedRow {
  tenant: string;
  namespace: string;
  key: string;
  lease_expires_at: Date;
}

/**
 * Extends leases of claims that are still held, ended ones too as long as nobody took over or resolved. The end
 * never moves backwards, so that a delayed repetition cannot shorten a lease. Locks as in `complete-claims.ts`.
 */
const statement = {
  name: 'renew_leases',
  sql: `
WITH held AS MATERIALIZED (
  SELECT c.*, clock_timestamp() AS at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::int[])
    AS c (tenant, namespace, key, claim_token, lease_ms)
  CROSS JOIN LATERAL (
    SELECT FROM idempotency_record r
    WHERE r.tenant = c.tenant AND r.namespace = c.namespace AND r.key = c.key
    FOR UPDATE
  ) locked
)
UPDATE idempotency_record AS r SET
  lease_expires_at = greatest(r.lease_expires_at, h.at + coalesce(h.lease_ms, r.lease_ms) * interval '1 millisecond'),
  updated_at = h.at
FROM held h
WHERE r.tenant = h.tenant AND r.namespace = h.namespace AND r.key = h.key
  AND r.claim_token = h.claim_token
  AND r.state = 'in_progress'
  AND NOT r.relinquished
RETURNING r.tenant, r.namespace, r.key, r.lease_expires_at`,
};

/** Sends renewals, sorted by primary key and no key twice, in one statement. Throws `StoreFailure`. */
export function renewLeases(db: Database, renewals: readonly Renewal[]): Promise<RenewedRow[]> {
  return db.queryBatch<RenewedRow>(statement, [
    renewals.map((renewal) => renewal.tenant),
    renewals.map((renewal) => renewal.namespace),
    renewals.map((renewal) => renewal.key),
    renewals.map((renewal) => renewal.claimToken),
    renewals.map((renewal) => renewal.leaseMs),
  ]);
}
