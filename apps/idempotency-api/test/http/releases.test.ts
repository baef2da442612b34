import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ReleaseResponse } from '@infra-services/idempotency-contract';
import { endLease, endRetention, holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

onOneAndTwoReplicas((api, world) => {
  describe.each(['block', 'takeover'] as const)('`effect: none` under `%s`', (onLeaseExpiry) => {
    it('lets the next claim execute', async () => {
      const { key, claimToken } = await holdClaim(api, { onLeaseExpiry });
      const released = await api.act<ReleaseResponse>('release', key, { claimToken, effect: 'none' });
      expect(released).toMatchObject({ status: 200, body: { state: 'released' } });
      expect((await api.get(key)).body).toMatchObject({
        state: 'released',
        leaseExpiresAt: null,
        outcome: null,
      });
      expect(await api.claim({ key })).toMatchObject({ status: 201, body: { attempt: 2 } });
    });

    it('takes the token its right to claim, complete and renew', async () => {
      const { key, claimToken } = await holdClaim(api, { onLeaseExpiry });
      await api.act('release', key, { claimToken, effect: 'none' });
      const answers = [
        await api.claim({ key, claimToken }),
        await api.complete(key, { claimToken, outcome: {} }),
        await api.act('renew', key, { claimToken }),
        await api.act('checkpoint', key, { claimToken, name: 'late' }),
      ];
      expect(answers.map((answer) => answer.body.code)).toEqual(Array(4).fill('CLAIM_LOST'));
      expect((await api.get(key)).body.state).toBe('released');
    });

    it('can be said after the lease has ended', async () => {
      const { key, claimToken } = await holdClaim(api, { onLeaseExpiry });
      await endLease(world.database, key);
      expect((await api.act('release', key, { claimToken, effect: 'none' })).status).toBe(200);
      expect((await api.claim({ key })).status).toBe(201);
    });
  });

  describe('`effect: unknown` under `block`', () => {
    it('makes the outcome unknown at once, to everybody and to the token itself', async () => {
      const { key, claimToken } = await holdClaim(api);
      const released = await api.act<ReleaseResponse>('release', key, { claimToken, effect: 'unknown' });
      expect(released).toMatchObject({ status: 200, body: { state: 'outcome_unknown' } });
      expect((await api.get(key)).body.state).toBe('outcome_unknown');
      expect((await api.claim({ key })).body.code).toBe('OUTCOME_UNKNOWN');
      expect((await api.claim({ key, claimToken })).body.code).toBe('OUTCOME_UNKNOWN');
    });
  });

  describe('`effect: unknown` under `takeover`', () => {
    it('makes the key claimable at once, though not to the token itself', async () => {
      const { key, claimToken } = await holdClaim(api, { onLeaseExpiry: 'takeover' });
      const released = await api.act<ReleaseResponse>('release', key, { claimToken, effect: 'unknown' });
      expect(released).toMatchObject({ status: 200, body: { state: 'in_progress' } });
      expect((await api.claim({ key, claimToken })).body.code).toBe('CLAIM_LOST');
      expect(await api.claim({ key })).toMatchObject({ status: 201, body: { attempt: 2 } });
      expect((await api.complete(key, { claimToken, outcome: {} })).body.code).toBe('CLAIM_LOST');
    });
  });

  describe.each(['block', 'takeover'] as const)(
    'after `effect: unknown` under `%s`, the token',
    (onLeaseExpiry) => {
      const inDoubt = async () => {
        const held = await holdClaim(api, { onLeaseExpiry });
        await api.act('release', held.key, { claimToken: held.claimToken, effect: 'unknown' });
        return held;
      };

      it('may still complete, since its holder may yet learn the outcome', async () => {
        const { key, claimToken } = await inDoubt();
        expect((await api.complete(key, { claimToken, outcome: { body: 'found' } })).status).toBe(200);
        expect((await api.claim({ key })).body.outcome).toEqual({ body: 'found' });
      });

      it('may still say that nothing happened', async () => {
        const { key, claimToken } = await inDoubt();
        const none = await api.act<ReleaseResponse>('release', key, { claimToken, effect: 'none' });
        expect(none).toMatchObject({ status: 200, body: { state: 'released' } });
        expect(await api.claim({ key })).toMatchObject({ status: 201, body: { attempt: 2 } });
      });

      it('may repeat itself, which changes nothing', async () => {
        const { key, claimToken } = await inDoubt();
        const before = (await api.get(key)).body;
        const again = await api.act<ReleaseResponse>('release', key, { claimToken, effect: 'unknown' });
        expect(again.status).toBe(200);
        expect(again.body.state).toBe(before.state);
        expect((await api.get(key)).body).toEqual(before);
      });
    },
  );

  it('answers `effect: none` said again as the first time', async () => {
    const { key, claimToken } = await holdClaim(api);
    const first = await api.act('release', key, { claimToken, effect: 'none' });
    const before = (await api.get(key)).body;
    const again = await api.act('release', key, { claimToken, effect: 'none' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await api.get(key)).body).toEqual(before);
  });

  it('refuses to take back that nothing happened', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.act('release', key, { claimToken, effect: 'none' });
    const contradiction = await api.act('release', key, { claimToken, effect: 'unknown' });
    expect(contradiction).toMatchObject({ status: 409, body: { code: 'CLAIM_LOST' } });
    expect((await api.get(key)).body.state).toBe('released');
  });

  it.each(['none', 'unknown'] as const)(
    'refuses `effect: %s` to whoever does not hold the claim',
    async (effect) => {
      const completed = await holdClaim(api);
      await api.complete(completed.key, { claimToken: completed.claimToken, outcome: {} });
      const superseded = await holdClaim(api, { onLeaseExpiry: 'takeover' });
      await endLease(world.database, superseded.key);
      await holdClaim(api, { key: superseded.key });
      const passedOn = await holdClaim(api);
      await api.act('release', passedOn.key, { claimToken: passedOn.claimToken, effect: 'none' });
      await holdClaim(api, { key: passedOn.key });
      const stranger = { key: (await holdClaim(api)).key, claimToken: randomUUID() };

      for (const { key, claimToken } of [completed, superseded, passedOn, stranger]) {
        const answer = await api.act('release', key, { claimToken, effect });
        expect(answer).toMatchObject({ status: 409, body: { code: 'CLAIM_LOST' } });
      }
    },
  );

  it('knows no record that was never claimed or ran out of retention', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.act('release', key, { claimToken, effect: 'none' });
    await endRetention(world.database, key);
    for (const absent of [key, newKey()]) {
      const answer = await api.act('release', absent, { claimToken, effect: 'none' });
      expect(answer.body.code).toBe('RECORD_NOT_FOUND');
    }
  });
});
