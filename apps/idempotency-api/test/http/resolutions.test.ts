import { describe, expect, it } from 'vitest';
import type { Outcome } from '@infra-services/idempotency-contract';
import { endLease, endRetention, holdClaim, type HeldClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

const outcome: Outcome = { status: 201, body: { id: 'ch_1', amount: 5 } };
const completed = { resolution: 'completed', outcome };
const retry = { resolution: 'retry' };

onOneAndTwoReplicas((api, world) => {
  const inDoubt = async (): Promise<HeldClaim> => {
    const held = await holdClaim(api, { retentionMs: 60_000 });
    await endLease(world.database, held.key);
    return held;
  };

  it('settles an unknown outcome as completed: duplicates get the operator’s outcome', async () => {
    const { key } = await inDoubt();
    const resolved = await api.act('resolve', key, completed);
    expect(resolved).toMatchObject({ status: 200, body: { state: 'completed', outcome, attempt: 1 } });
    const { completedAt, expiresAt } = resolved.body;
    expect(Date.parse(expiresAt!) - Date.parse(completedAt!)).toBe(60_000);
    expect(await api.claim({ key })).toMatchObject({
      status: 200,
      body: { outcome, completedAt, expiresAt },
    });
    expect((await api.get(key)).body).toEqual(resolved.body);
  });

  it('settles an unknown outcome as retry: the next claim executes', async () => {
    const held = await inDoubt();
    const resolved = await api.act('resolve', held.key, retry);
    expect(resolved).toMatchObject({
      status: 200,
      body: { state: 'released', outcome: null, completedAt: null },
    });
    const next = await api.claim({ key: held.key });
    expect(next).toMatchObject({ status: 201, body: { attempt: 2 } });
    expect(next.body.fencingToken).toBeGreaterThan(held.fencingToken);
  });

  it('settles an outcome that the executor itself called unknown', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.act('release', key, { claimToken, effect: 'unknown' });
    expect(await api.act('resolve', key, completed)).toMatchObject({
      status: 200,
      body: { state: 'completed' },
    });
  });

  it.each([completed, retry])(
    'tells the former executor that it lost the claim: $resolution',
    async (resolution) => {
      const { key, claimToken } = await inDoubt();
      await api.act('resolve', key, resolution);
      const answers = [
        await api.complete(key, { claimToken, outcome }),
        await api.act('renew', key, { claimToken }),
        await api.act('checkpoint', key, { claimToken, name: 'late' }),
        await api.act('release', key, { claimToken, effect: 'none' }),
        await api.act('release', key, { claimToken, effect: 'unknown' }),
      ];
      expect(answers.map((answer) => answer.body.code)).toEqual(Array(5).fill('CLAIM_LOST'));
    },
  );

  it.each([completed, retry])(
    'answers the same resolution said again with the record: $resolution',
    async (said) => {
      const { key } = await inDoubt();
      const first = await api.act('resolve', key, said);
      const again = await api.act('resolve', key, { ...said, note: 'said again' });
      expect([again.status, again.body]).toEqual([200, first.body]);
    },
  );

  it('takes an outcome whose members come in another order for the same resolution', async () => {
    const { key } = await inDoubt();
    await api.act('resolve', key, completed);
    const raw = '{"outcome":{"body":{"amount":5,"id":"ch_1"},"status":201},"resolution":"completed"}';
    expect((await api.send('POST', `/v1/records/default/${key}/resolve`, { raw })).status).toBe(200);
  });

  it.each([
    { first: completed, then: retry, state: 'completed' },
    { first: completed, then: { resolution: 'completed', outcome: { status: 500 } }, state: 'completed' },
    { first: retry, then: completed, state: 'released' },
  ])('does not settle twice in two ways: $first.resolution, then $then', async ({ first, then, state }) => {
    const { key } = await inDoubt();
    await api.act('resolve', key, first);
    expect((await api.act('resolve', key, then)).body.code).toBe('NOT_RESOLVABLE');
    expect((await api.get(key)).body.state).toBe(state);
  });

  describe.each([completed, retry])('is refused where nothing is in doubt: $resolution', (resolution) => {
    it('a live lease', async () => {
      const { key } = await holdClaim(api);
      expect((await api.act('resolve', key, resolution)).body.code).toBe('NOT_RESOLVABLE');
      expect((await api.get(key)).body.state).toBe('in_progress');
    });

    it('an expired lease under `takeover`', async () => {
      const { key } = await holdClaim(api, { onLeaseExpiry: 'takeover' });
      await endLease(world.database, key);
      expect((await api.act('resolve', key, resolution)).body.code).toBe('NOT_RESOLVABLE');
    });

    it('a lease that was renewed after it had ended', async () => {
      const { key, claimToken } = await inDoubt();
      await api.act('renew', key, { claimToken });
      expect((await api.act('resolve', key, resolution)).body.code).toBe('NOT_RESOLVABLE');
    });

    it('an outcome that the executor stored', async () => {
      const { key, claimToken } = await holdClaim(api);
      await api.complete(key, { claimToken, outcome });
      expect((await api.act('resolve', key, resolution)).body.code).toBe('NOT_RESOLVABLE');
    });

    it('a claim that the executor released', async () => {
      const { key, claimToken } = await holdClaim(api);
      await api.act('release', key, { claimToken, effect: 'none' });
      expect((await api.act('resolve', key, resolution)).body.code).toBe('NOT_RESOLVABLE');
    });

    it('the attempt after a resolution', async () => {
      const { key } = await inDoubt();
      await api.act('resolve', key, retry);
      await holdClaim(api, { key });
      expect((await api.act('resolve', key, resolution)).body.code).toBe('NOT_RESOLVABLE');
      expect((await api.get(key)).body).toMatchObject({ state: 'in_progress', attempt: 2 });
    });

    it('no record at all', async () => {
      const { key } = await inDoubt();
      await api.act('resolve', key, resolution);
      await endRetention(world.database, key);
      for (const absent of [key, newKey()]) {
        expect(await api.act('resolve', absent, resolution)).toMatchObject({
          status: 404,
          body: { code: 'RECORD_NOT_FOUND' },
        });
      }
    });
  });
});
