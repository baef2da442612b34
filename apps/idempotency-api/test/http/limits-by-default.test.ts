import { describe, expect, it } from 'vitest';
import { limits, type RecordPage } from '@infra-services/idempotency-contract';
import { holdClaim } from '../support/arrange.js';
import { newKey, useWorld } from '../support/world.js';

function msBetween(from: string | null, to: string | null): number {
  return Date.parse(to!) - Date.parse(from!);
}

describe('what a call leaves out', () => {
  const world = useWorld();

  it('is a lease of leaseDefaultMs', async () => {
    const { key } = await holdClaim(world.api);
    const { createdAt, leaseExpiresAt } = (await world.api.get(key)).body;
    expect(msBetween(createdAt, leaseExpiresAt)).toBe(limits.leaseDefaultMs);
  });

  it.each(['complete', 'release'])('is a retention of retentionDefaultMs after %s', async (action) => {
    const { key, claimToken } = await holdClaim(world.api);
    await world.api.act(action, key, {
      claimToken,
      ...(action === 'complete' ? { outcome: {} } : { effect: 'none' }),
    });
    const { updatedAt, expiresAt } = (await world.api.get(key)).body;
    expect(msBetween(updatedAt, expiresAt)).toBe(limits.retentionDefaultMs);
  });

  it('is no wait', async () => {
    const { key } = await holdClaim(world.api);
    expect((await world.api.claim({ key })).body.code).toBe('CLAIM_IN_PROGRESS');
  });

  it('is the namespace `default`', async () => {
    const { key } = await holdClaim(world.api);
    expect((await world.api.get(key, '', 'default')).body.namespace).toBe('default');
  });

  it('is a page of pageDefault records', async () => {
    const namespace = newKey();
    await world.api.claimBatch(
      Array.from({ length: limits.pageDefault + 1 }, () => ({ namespace, key: newKey() })),
    );
    const page = await world.api.send<RecordPage>('GET', `/v1/records?namespace=${namespace}`);
    expect(page.body.records).toHaveLength(limits.pageDefault);
    expect(page.body.nextCursor).not.toBeNull();
  });
});

describe('what a deployment sets for what a call leaves out', () => {
  const world = useWorld({
    settings: { LEASE_DEFAULT_MS: '45000', RETENTION_DEFAULT_MS: '60000', MAX_OUTCOME_BYTES: '1024' },
  });

  it('counts in place of the contract’s defaults', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const { createdAt, leaseExpiresAt } = (await world.api.get(key)).body;
    const { body } = await world.api.complete(key, { claimToken, outcome: {} });
    expect(msBetween(createdAt, leaseExpiresAt)).toBe(45_000);
    expect(msBetween(body.completedAt, body.expiresAt)).toBe(60_000);
  });

  it('bounds outcomes in place of the contract’s limit', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const frame = JSON.stringify({ body: '' }).length;
    const above = await world.api.complete(key, { claimToken, outcome: { body: 'a'.repeat(1_025 - frame) } });
    const at = await world.api.complete(key, { claimToken, outcome: { body: 'a'.repeat(1_024 - frame) } });
    expect([above.body.code, at.status]).toEqual(['OUTCOME_TOO_LARGE', 200]);
  });
});
