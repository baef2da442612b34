import { BatchStatement } from '../../../infrastructure/database/batch-statement.js';
import type { Database } from '../../../infrastructure/database/database.js';
import { milliseconds } from '../../../infrastructure/database/packed-rows.js';
import type { Claim } from '../../domain/claim.js';
import type { Identified } from '../identified.js';
import { givenClaims, proposeClaims } from './proposed-claims.js';

/** A claim that is the first of its record. */
export type FirstGrantRow = readonly [
  identity: string,
  fencingToken: number,
  /** Milliseconds since the epoch. */
  leaseExpiresAt: number,
];

/**
 * Grants claims whose record is absent, and leaves alone those that are there, whatever they hold: they are not returned.
 * A duplicate thus locks no row and writes nothing, so that refusing it waits for no disk.
 *
 * Locks: waits for whoever inserts the same key or changes its row at this moment. Rows are inserted in the order given,
 * sorted by primary key and no key twice, so that two batches wait for each other in one direction only.
 */
const statement = new BatchStatement<Identified<Claim>, FirstGrantRow>(
  'grant_first_claims',
  givenClaims,
  (givenRows) => `${proposeClaims(givenRows)}
ON CONFLICT (identity) DO NOTHING
RETURNING r.identity, r.fencing_token, r.lease_expires_at`,
  ['w.identity', 'w.fencing_token', milliseconds('w.lease_expires_at')],
);

/** Sends claims, sorted by primary key and no key twice, in one statement. Throws `StoreFailure`. */
export function grantFirstClaims(
  db: Database,
  claims: readonly Identified<Claim>[],
): Promise<readonly FirstGrantRow[]> {
  return statement.send(db, claims);
}
