import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RenewResponse } from '@infra-services/idempotency-contract';
import type { ApiClient } from '../support/api-client.js';
import { endLease, endRetention, holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

async function leaseEnd(api: ApiClient, key: string): Promise<number> {
  return Date.parse((await api.get(key)).body.leaseExpiresAt!);
}

onOneAndTwoReplicas((api, world) => {
  it('extends the lease, counted from now', async () => {
    const { key, claimToken } = await holdClaim(api, { leaseMs: 10_000 });
    const before = await leaseEnd(api, key);
    const renewed = await api.act<RenewResponse>('renew', key, { claimToken, leaseMs: 60_000 });
    expect(renewed.status).toBe(200);
    expect(Date.parse(renewed.body.leaseExpiresAt) - before).toBeGreaterThanOrEqual(50_000);
    expect(Object.keys(renewed.body)).toEqual(['leaseExpiresAt']);
    const { leaseExpiresAt, updatedAt } = (await api.get(key)).body;
    expect(leaseExpiresAt).toBe(renewed.body.leaseExpiresAt);
    expect(Date.parse(leaseExpiresAt!) - Date.parse(updatedAt)).toBe(60_000);
  });

  it('extends by the claim’s own lease if it names none', async () => {
    const { key, claimToken } = await holdClaim(api, { leaseMs: 45_000 });
    await endLease(world.database, key);
    await api.act('renew', key, { claimToken });
    const { leaseExpiresAt, updatedAt } = (await api.get(key)).body;
    expect(Date.parse(leaseExpiresAt!) - Date.parse(updatedAt)).toBe(45_000);
  });

  it('never moves the end backwards, so that a delayed repetition cannot shorten the lease', async () => {
    const { key, claimToken } = await holdClaim(api, { leaseMs: 60_000 });
    const before = await leaseEnd(api, key);
    const renewed = await api.act<RenewResponse>('renew', key, { claimToken, leaseMs: 1_000 });
    expect(Date.parse(renewed.body.leaseExpiresAt)).toBe(before);
    expect(await leaseEnd(api, key)).toBe(before);
  });

  it.each(['block', 'takeover'] as const)(
    'revives an expired lease that nobody took over or resolved, under `%s`',
    async (onLeaseExpiry) => {
      const { key, claimToken } = await holdClaim(api, { onLeaseExpiry });
      await endLease(world.database, key);
      expect((await api.act('renew', key, { claimToken })).status).toBe(200);
      expect((await api.claim({ key })).body.code).toBe('CLAIM_IN_PROGRESS');
      expect((await api.get(key)).body).toMatchObject({ state: 'in_progress', attempt: 1 });
    },
  );

  it('can be repeated', async () => {
    const { key, claimToken } = await holdClaim(api);
    const statuses = [
      (await api.act('renew', key, { claimToken })).status,
      (await api.act('renew', key, { claimToken })).status,
    ];
    expect(statuses).toEqual([200, 200]);
  });

  it('is refused to a token that was superseded, let go of, or completed, and to a stranger’s', async () => {
    const superseded = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    await endLease(world.database, superseded.key);
    await holdClaim(api, { key: superseded.key });
    const released = await holdClaim(api);
    await api.act('release', released.key, { claimToken: released.claimToken, effect: 'none' });
    const inDoubt = await holdClaim(api);
    await api.act('release', inDoubt.key, { claimToken: inDoubt.claimToken, effect: 'unknown' });
    const completed = await holdClaim(api);
    await api.complete(completed.key, { claimToken: completed.claimToken, outcome: {} });
    const stranger = { key: (await holdClaim(api)).key, claimToken: randomUUID() };

    for (const { key, claimToken } of [superseded, released, inDoubt, completed, stranger]) {
      expect(await api.act('renew', key, { claimToken })).toMatchObject({
        status: 409,
        body: { code: 'CLAIM_LOST' },
      });
    }
    expect((await api.get(inDoubt.key)).body.state).toBe('outcome_unknown');
  });

  it('knows no record that was never claimed or ran out of retention', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.complete(key, { claimToken, outcome: {} });
    await endRetention(world.database, key);
    for (const absent of [key, newKey()]) {
      expect((await api.act('renew', absent, { claimToken })).body.code).toBe('RECORD_NOT_FOUND');
    }
  });
});
