import { BatchStatement } from '../../../infrastructure/database/batch-statement.js';
import type { Database } from '../../../infrastructure/database/database.js';
import { GivenRows, plain, text } from '../../../infrastructure/database/given-rows.js';
import { milliseconds } from '../../../infrastructure/database/packed-rows.js';
import type { Renewal } from '../../domain/execution.js';
import type { Identified } from '../identified.js';
import { lockedInPlace } from './locked-in-place.js';

/** A lease that was extended. */
export type RenewedRow = readonly [
  /** Which of the renewals it was, from 1 on. */
  ordinal: number,
  /** Milliseconds since the epoch. */
  leaseExpiresAt: number,
];

const givenRenewals = new GivenRows<Identified<Renewal>>(
  'c',
  {
    identity: text(({ identity }) => identity),
    claim_token: plain('uuid', ({ item }) => item.claimToken),
    lease_ms: plain('int', ({ item }) => item.leaseMs),
  },
  { isNumbered: true },
);

/**
 * Extends leases of claims that are still held, ended ones too as long as nobody took over or resolved. The end
 * never moves backwards, so that a delayed repetition cannot shorten a lease. The locked version is judged.
 */
const statement = new BatchStatement<Identified<Renewal>, RenewedRow>(
  'renew_leases',
  givenRenewals,
  (givenRows) => `
UPDATE idempotency_record AS r SET
  lease_expires_at = greatest(
    r.lease_expires_at,
    h.at + coalesce(h.lease_ms, r.lease_ms) * interval '1 millisecond'),
  updated_at = h.at
FROM ${lockedInPlace(givenRows)} h
WHERE r.ctid = h.place
  AND r.claim_token = h.claim_token
  AND r.state = 'in_progress'
  AND NOT r.relinquished
RETURNING h.ordinal, r.lease_expires_at`,
  ['w.ordinal', milliseconds('w.lease_expires_at')],
);

/** Sends renewals, sorted by primary key and no key twice, in one statement. Throws `StoreFailure`. */
export function renewLeases(
  db: Database,
  renewals: readonly Identified<Renewal>[],
): Promise<readonly RenewedRow[]> {
  return statement.send(db, renewals);
}
