import { BatchStatement } from '../../../infrastructure/database/batch-statement.js';
import type { Database } from '../../../infrastructure/database/database.js';
import { milliseconds } from '../../../infrastructure/database/packed-rows.js';
import type { Claim } from '../../domain/claim.js';
import type { Identified } from '../identified.js';
import { givenClaims, proposeClaims } from './proposed-claims.js';

/** A granted claim as the database answers it. */
export type GrantRow = readonly [
  identity: string,
  fencingToken: number,
  attempt: number,
  /** True where the holder before had neither completed nor let go; null where not. */
  isTakeover: true | null,
  /** Milliseconds since the epoch. */
  leaseExpiresAt: number,
  checkpointName: string | null,
  /** In hexadecimal digits. */
  checkpointData: string | null,
];

/**
 * Grants claims, and only grants: a row that is not returned was refused, and why is asked afterwards.
 *
 * Locks: ON CONFLICT locks each existing row before it judges it, and judges the locked version, not the
 * snapshot's. Rows are taken in the order of the arrays; they are sorted by primary key and hold no key twice,
 * so that two batches wait for each other in one direction only.
 *
 * The three ways to a grant on a row that exists, in the order of their branches: its retention is over (it counts
 * as absent); it is this very claim again; it is free to take (released, or its lease ended under `takeover`)
 * by a token that has not been let go of.
 *
 * `is_takeover` is a column only so that RETURNING can tell of the row as it was: null, in almost every row, takes no space.
 */
const statement = new BatchStatement<Identified<Claim>, GrantRow>(
  'grant_claims',
  givenClaims,
  (givenRows) => `${proposeClaims(givenRows)}
ON CONFLICT (identity) DO UPDATE SET
  fingerprint = excluded.fingerprint,
  claim_token = excluded.claim_token,
  owner = excluded.owner,
  on_lease_expiry = CASE WHEN r.expires_at <= excluded.updated_at THEN excluded.on_lease_expiry ELSE r.on_lease_expiry END,
  lease_ms = excluded.lease_ms,
  retention_ms = excluded.retention_ms,
  state = 'in_progress',
  relinquished = false,
  is_takeover = CASE WHEN r.state = 'in_progress' AND r.claim_token <> excluded.claim_token THEN true END,
  attempt = CASE
    WHEN r.expires_at <= excluded.updated_at THEN 1
    WHEN r.claim_token = excluded.claim_token THEN r.attempt
    ELSE r.attempt + 1 END,
  fencing_token = CASE
    WHEN r.state = 'in_progress' AND r.claim_token = excluded.claim_token THEN r.fencing_token
    ELSE greatest(r.fencing_token + 1, excluded.fencing_token) END,
  lease_expires_at = CASE
    WHEN r.state = 'in_progress' AND r.claim_token = excluded.claim_token
      THEN greatest(r.lease_expires_at, excluded.lease_expires_at)
    ELSE excluded.lease_expires_at END,
  checkpoint_name = CASE WHEN r.expires_at <= excluded.updated_at THEN NULL ELSE r.checkpoint_name END,
  checkpoint_data = CASE WHEN r.expires_at <= excluded.updated_at THEN NULL ELSE r.checkpoint_data END,
  created_at = CASE WHEN r.expires_at <= excluded.updated_at THEN excluded.created_at ELSE r.created_at END,
  updated_at = excluded.updated_at,
  outcome = NULL,
  outcome_status = NULL,
  completed_at = NULL,
  expires_at = NULL,
  deletion_announced_at = NULL
WHERE r.expires_at <= excluded.updated_at
  OR (r.fingerprint IS NOT DISTINCT FROM excluded.fingerprint AND (
        (r.state = 'in_progress' AND r.claim_token = excluded.claim_token AND NOT r.relinquished)
     OR (r.state = 'in_progress' AND r.claim_token <> excluded.claim_token
         AND r.on_lease_expiry = 'takeover' AND r.lease_expires_at <= excluded.updated_at)
     OR (r.state = 'released' AND r.claim_token IS DISTINCT FROM excluded.claim_token)))
RETURNING r.identity, r.fencing_token, r.attempt, r.lease_expires_at, r.checkpoint_name, r.checkpoint_data,
  r.is_takeover`,
  [
    'w.identity',
    'w.fencing_token',
    'w.attempt',
    'w.is_takeover',
    milliseconds('w.lease_expires_at'),
    'w.checkpoint_name',
    `encode(w.checkpoint_data, 'hex')`,
  ],
);

/** Sends claims, sorted by primary key and no key twice, in one statement. Throws `StoreFailure`. */
export function grantClaims(
  db: Database,
  claims: readonly Identified<Claim>[],
): Promise<readonly GrantRow[]> {
  return statement.send(db, claims);
}
