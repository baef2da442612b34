import type { ClaimRequest } from '@infra-services/idempotency-contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identityOf } from '../../src/idempotency/domain/record.js';
import { verdictOf } from '../concurrency/contend.js';
import { holdClaim, type HeldClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';

interface Duplicate {
  readonly of: string;
  readonly isCompleted: boolean;
  readonly says?: Pick<ClaimRequest, 'fingerprint'>;
  readonly isTold: string;
}

const duplicates: readonly Duplicate[] = [
  { of: 'a claim that is held', isCompleted: false, isTold: 'CLAIM_IN_PROGRESS' },
  { of: 'what is completed', isCompleted: true, isTold: 'replay' },
  {
    of: 'another request',
    isCompleted: true,
    says: { fingerprint: 'sha256:aa' },
    isTold: 'FINGERPRINT_MISMATCH',
  },
];

describe('a duplicate', () => {
  // Memory would answer replays without a statement.
  const world = useWorld({ settings: { REPLAY_CACHE_LEASE_MS: '0' } });

  it.each(duplicates)('of $of is told $isTold though a stranger holds the row', async (duplicate) => {
    const { key } = await arrange(duplicate);
    const stranger = await world.database.pool.connect();
    onTestFinished(async () => {
      await stranger.query('ROLLBACK');
      stranger.release();
    });
    await stranger.query('BEGIN');
    await stranger.query('SELECT FROM record_by_parts WHERE key = $1 FOR UPDATE', [key]);

    expect(verdictOf(await world.api.claim({ key, ...duplicate.says }))).toBe(duplicate.isTold);
  });

  it.each(duplicates)('of $of writes nothing, not even a lock', async (duplicate) => {
    const { key } = await arrange(duplicate);
    const before = await versionOf(key);

    expect(verdictOf(await world.api.claim({ key, ...duplicate.says }))).toBe(duplicate.isTold);

    expect(await versionOf(key)).toEqual(before);
  });

  async function arrange({ isCompleted }: Duplicate): Promise<HeldClaim> {
    const held = await holdClaim(world.api);
    const { key, claimToken } = held;
    if (isCompleted) await world.api.complete(key, { claimToken, outcome: { body: 'done' } });
    return held;
  }

  /** Where the row is, who wrote it, and who was the last to lock it. */
  async function versionOf(key: string): Promise<unknown> {
    const { rows } = await world.database.pool.query(
      'SELECT ctid::text, xmin::text, xmax::text FROM idempotency_record WHERE identity = $1',
      [identityOf({ tenant: 'default', namespace: 'default', key })],
    );
    expect(rows).toHaveLength(1);
    return rows[0];
  }
});
