import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explainRefusal, type Claim } from '../../src/idempotency/domain/claim.js';
import { identityOf, type StoredState } from '../../src/idempotency/domain/record.js';
import type { Identified } from '../../src/idempotency/persistence/identified.js';
import { IdempotencyStore } from '../../src/idempotency/persistence/idempotency.store.js';
import { noSeal } from '../support/seals.js';
import { toRecord } from '../../src/idempotency/persistence/record-row.js';
import { grantClaims } from '../../src/idempotency/persistence/sql/grant-claims.js';
import { readRecords } from '../../src/idempotency/persistence/sql/read-records.js';
import { Database } from '../../src/infrastructure/database/database.js';
import { newKey, useWorld } from '../support/world.js';
import { hourAgo, inAnHour, insertRow, rowIn, type Columns } from './rows.js';

interface Case {
  /** The row, but for its key. */
  readonly row: Columns;
  readonly claim: Pick<Claim, 'claimToken' | 'fingerprint' | 'onLeaseExpiry'>;
}

const policies = ['block', 'takeover'] as const;
const booleans = [false, true];

/** The row's fingerprint and the claim's. No fingerprint equals only no fingerprint. */
const fingerprints: [string | null, string | null][] = [
  [null, null],
  ['one', 'one'],
  ['one', 'other'],
  ['one', null],
  [null, 'one'],
];

/** Whose token the row has: the claim's own, another's, or none since an operator resolved it. */
type Holder = 'claimant' | 'stranger' | 'nobody';

const inProgress = booleans.flatMap((isLeaseOver) =>
  booleans.map((relinquished) => ({
    lease_expires_at: isLeaseOver ? hourAgo() : inAnHour(),
    relinquished,
  })),
);
const closed = booleans.map((isRetentionOver) => ({ expires_at: isRetentionOver ? hourAgo() : inAnHour() }));

/** Every combination of what the decision depends on, as far as the schema admits it. */
const cases: Case[] = [
  ...casesOf('in_progress', ['claimant', 'stranger'], inProgress),
  ...casesOf('completed', ['claimant', 'stranger', 'nobody'], closed),
  ...casesOf('released', ['claimant', 'stranger', 'nobody'], closed),
];

function casesOf(
  state: StoredState,
  holders: readonly Holder[],
  variants: readonly Partial<Columns>[],
): Case[] {
  return variants.flatMap((variant) =>
    holders.flatMap((holder) =>
      policies.flatMap((stored) =>
        policies.flatMap((claimed) =>
          fingerprints.map(([fingerprint, claimedFingerprint]) => {
            const claimToken = randomUUID();
            const token = { claimant: claimToken, stranger: randomUUID(), nobody: null }[holder];
            const checkpoint = { checkpoint_name: 'half-way', checkpoint_data: Buffer.from('1') };
            return {
              row: rowIn(state, {
                ...variant,
                ...checkpoint,
                claim_token: token,
                on_lease_expiry: stored,
                fingerprint,
              }),
              claim: { claimToken, fingerprint: claimedFingerprint, onLeaseExpiry: claimed },
            };
          }),
        ),
      ),
    ),
  );
}

describe('the statement that grants and the function that explains', () => {
  const world = useWorld();

  it('agree on every record: granted, or refused for a reason, never both and never neither', async () => {
    const db = world.apps[0]!.get(Database);
    const disagreements: unknown[] = [];
    for (const { row, claim } of cases) {
      await insertRow(world.database, row);
      const [before] = await readRecords(db, [identityOf(row)]);
      const explanation = explainRefusal(toRecord(before!, noSeal), claimOn(row, claim));
      const grants = await grantClaims(db, [identified(claimOn(row, claim))]);
      if (grants.length !== (explanation === 'again' ? 1 : 0)) {
        disagreements.push({ row, claim, explanation, grants });
      }
    }
    expect(disagreements).toEqual([]);
    expect(cases.length).toBe(400);
  });

  it('decide 400 records in one batch as they decide each alone', async () => {
    const db = world.apps[0]!.get(Database);
    const store = new IdempotencyStore(
      db,
      noSeal,
      { lanes: 1, maxAtOnce: 1, maxBatchSize: 500, maxQueued: 500 },
      0,
    );
    const rows = cases.map(({ row }) => ({ ...row, key: newKey() }));
    for (const row of rows) await insertRow(world.database, row);

    const records = new Map(
      (await readRecords(db, rows.map(identityOf))).map((row) => [row.identity, toRecord(row, noSeal)]),
    );
    const explanations = rows.map((row, index) =>
      explainRefusal(records.get(identityOf(row)), claimOn(row, cases[index]!.claim)),
    );
    const decisions = await Promise.all(
      rows.map((row, index) => store.claim(claimOn(row, cases[index]!.claim))),
    );
    expect(decisions.map(({ kind }) => kind)).toEqual(
      explanations.map((explanation) => (explanation === 'again' ? 'execute' : explanation.kind)),
    );
  });

  it('change nothing of a record that they refuse', async () => {
    const db = world.apps[0]!.get(Database);
    for (const { row, claim } of cases) {
      const key = newKey();
      await insertRow(world.database, { ...row, key });
      const before = await rowOf(key);
      const grants = await grantClaims(db, [identified(claimOn({ ...row, key }, claim))]);
      if (grants.length === 0) expect(await rowOf(key)).toEqual(before);
    }
  });

  it('leave each granted record with the attempt, the fencing, the policy and the checkpoint of the state table', async () => {
    const db = world.apps[0]!.get(Database);
    let granted = 0;
    for (const { row, claim } of cases) {
      const key = newKey();
      await insertRow(world.database, { ...row, key });
      const [grant] = await grantClaims(db, [identified(claimOn({ ...row, key }, claim))]);
      if (!grant) continue;
      granted++;
      const isForgotten = row.expires_at !== null && row.expires_at < new Date();
      const isSameClaim = row.state === 'in_progress' && row.claim_token === claim.claimToken;
      const [, fencingToken, attempt, , , checkpointName] = grant;
      expect({ attempt, checkpointName }).toEqual({
        attempt: isForgotten ? 1 : isSameClaim ? 2 : 3,
        checkpointName: isForgotten ? null : 'half-way',
      });
      expect(fencingToken > 5).toBe(!isSameClaim);
      expect(await rowOf(key)).toMatchObject({
        state: 'in_progress',
        claim_token: claim.claimToken,
        on_lease_expiry: isForgotten ? claim.onLeaseExpiry : row.on_lease_expiry,
        relinquished: false,
        outcome: null,
        fingerprint: claim.fingerprint,
      });
    }
    expect(granted).toBeGreaterThan(0);
  });

  async function rowOf(key: string): Promise<unknown> {
    const { rows } = await world.database.pool.query<{ row: unknown }>(
      'SELECT to_jsonb(r) AS row FROM record_by_parts r WHERE key = $1',
      [key],
    );
    return rows[0]!.row;
  }
});

function identified(item: Claim): Identified<Claim> {
  return { identity: identityOf(item), item };
}

function claimOn({ tenant, namespace, key }: Columns, claim: Case['claim']): Claim {
  return { tenant, namespace, key, ...claim, leaseMs: 30_000, retentionMs: 86_400_000, owner: null };
}
