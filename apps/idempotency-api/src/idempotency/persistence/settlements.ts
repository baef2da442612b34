import type { Database } from '../../infrastructure/database/database.js';
import { explainRefusal, type Claim, type ClaimDecision } from '../domain/claim.js';
import {
  explainCompletion,
  explainNotHeld,
  type Completion,
  type CompletionVerdict,
  type Renewal,
  type RenewalVerdict,
} from '../domain/execution.js';
import { identityOf, type RecordKey, type StoredRecord } from '../domain/record.js';
import { toCheckpoint, toCompleted, toRecord } from './record-row.js';
import type { Settlement } from './settle-batch.js';
import { completeClaims } from './sql/complete-claims.js';
import { grantClaims } from './sql/grant-claims.js';
import { readRecords } from './sql/read-records.js';
import { renewLeases } from './sql/renew-leases.js';

/** The records that exist of those asked for, by identity. Throws `StoreFailure`. */
export async function readByIdentity(
  db: Database,
  keys: readonly RecordKey[],
): Promise<Map<string, StoredRecord>> {
  const rows = await readRecords(db, keys);
  return new Map(rows.map((row) => [identityOf(row), toRecord(row)]));
}

/** Claims: granted by the statement, refused by explanation. */
export function claimSettlement(db: Database): Settlement<Claim, ClaimDecision> {
  return {
    sameCall: (claim) => `${claim.claimToken} ${claim.fingerprint ?? ''}`,
    // One after the other they would leave the longer lease too: a lease is never shortened.
    stronger: (one, other) => (other.leaseMs > one.leaseMs ? other : one),
    apply: async (claims) => {
      const rows = await grantClaims(db, claims);
      return new Map(
        rows.map((row) => [
          identityOf(row),
          {
            kind: 'execute',
            grant: {
              claimToken: row.claim_token,
              fencingToken: row.fencing_token,
              attempt: row.attempt,
              leaseExpiresAt: new Date(row.lease_expires_at_ms),
              checkpoint: toCheckpoint(row),
            },
          },
        ]),
      );
    },
    read: (keys) => readByIdentity(db, keys),
    explain: explainRefusal,
  };
}

/** Completions. A batch that says one twice needs no care: the second is explained by what the first stored. */
export function completionSettlement(db: Database): Settlement<Completion, CompletionVerdict> {
  return {
    apply: async (completions) => {
      const rows = await completeClaims(db, completions);
      const stored = new Map(rows.map((row) => [identityOf(row), row]));
      const verdicts = new Map<string, CompletionVerdict>();
      for (const completion of completions) {
        const identity = identityOf(completion);
        const row = stored.get(identity);
        if (!row) continue;
        verdicts.set(identity, {
          kind: 'completed',
          record: toCompleted({ ...row, outcome: completion.outcome.rest }),
        });
      }
      return verdicts;
    },
    read: (keys) => readByIdentity(db, keys),
    explain: explainCompletion,
  };
}

/** Renewals. */
export function renewalSettlement(db: Database): Settlement<Renewal, RenewalVerdict> {
  return {
    sameCall: (renewal) => `${renewal.claimToken} ${renewal.leaseMs ?? ''}`,
    apply: async (renewals) => {
      const rows = await renewLeases(db, renewals);
      return new Map(
        rows.map((row) => [identityOf(row), { kind: 'renewed', leaseExpiresAt: row.lease_expires_at }]),
      );
    },
    read: (keys) => readByIdentity(db, keys),
    explain: explainNotHeld,
  };
}
