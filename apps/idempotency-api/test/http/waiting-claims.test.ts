import { expect, it } from 'vitest';
import { endLease, holdClaim } from '../support/arrange.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

/** Whichever comes first, the wait or the end of the execution: the answer is the same, so nothing here is timed. */
const waitMs = 10_000;

onOneAndTwoReplicas((api, world) => {
  it('answers a waiting claim with the outcome', async () => {
    const { key, claimToken } = await holdClaim(api);
    const waiting = api.claim({ key, waitMs });
    await api.complete(key, { claimToken, outcome: { body: 'done' } });
    expect(await waiting).toMatchObject({ status: 200, body: { outcome: { body: 'done' } } });
  });

  it('lets exactly one of several waiting claims execute after a release', async () => {
    const { key, claimToken } = await holdClaim(api);
    const waiting = Array.from({ length: 4 }, () => api.claim({ key, waitMs }));
    await api.act('release', key, { claimToken, effect: 'none' });
    const winner = await Promise.any(
      waiting.map(async (claim) => {
        const answer = await claim;
        if (answer.status !== 201) throw new Error('not granted');
        return answer.body;
      }),
    );
    await api.complete(key, { claimToken: winner.claimToken, outcome: { body: 'second attempt' } });
    const statuses = (await Promise.all(waiting)).map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, 200, 200, 201]);
  });

  it('tells a waiting claim that the outcome is unknown once the lease is over under `block`', async () => {
    const { key } = await holdClaim(api);
    const waiting = api.claim({ key, waitMs });
    await endLease(world.database, key);
    expect((await waiting).body.code).toBe('OUTCOME_UNKNOWN');
  });

  it('lets a waiting claim take over once the lease is over under `takeover`', async () => {
    const { key } = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    const waiting = api.claim({ key, waitMs });
    await endLease(world.database, key);
    expect(await waiting).toMatchObject({ status: 201, body: { attempt: 2 } });
  });

  it('tells a waiting claim that the execution is still in flight once its patience is over', async () => {
    const { key } = await holdClaim(api);
    const since = performance.now();
    const answer = await api.claim({ key, waitMs: 60 });
    expect(answer.body.code).toBe('CLAIM_IN_PROGRESS');
    expect(performance.now() - since).toBeGreaterThanOrEqual(59);
  });

  it('does not keep a claim waiting whose request is another one', async () => {
    const { key } = await holdClaim(api, { request: 1 });
    expect((await api.claim({ key, request: 2, waitMs: 30_000 })).body.code).toBe('FINGERPRINT_MISMATCH');
  });

  it('answers a waiting reader when the execution ends', async () => {
    const { key, claimToken } = await holdClaim(api);
    const waiting = api.get(key, `?waitMs=${waitMs}`);
    await api.complete(key, { claimToken, outcome: {} });
    expect((await waiting).body.state).toBe('completed');
  });

  it('answers a waiting reader with the record in flight once its patience is over', async () => {
    const { key } = await holdClaim(api);
    expect((await api.get(key, '?waitMs=30')).body.state).toBe('in_progress');
  });
});
