import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { limits, type ClaimRequest } from '@infra-services/idempotency-contract';
import { endLease, holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

onOneAndTwoReplicas((api, world) => {
  it('answers each claim as the single call would have, in order', async () => {
    const completed = await holdClaim(api);
    await api.complete(completed.key, {
      claimToken: completed.claimToken,
      outcome: { status: 201, body: null },
    });
    const live = await holdClaim(api, { request: 1 });
    const unknown = await holdClaim(api);
    await endLease(world.database, unknown.key);
    const letGo = await holdClaim(api);
    await api.act('release', letGo.key, { claimToken: letGo.claimToken, effect: 'none' });
    const fresh = newKey();

    const { status, body } = await api.claimBatch([
      { key: unknown.key },
      { key: fresh, namespace: 'other' },
      { key: live.key, request: 1 },
      { key: live.key, request: 2 },
      { key: completed.key },
      { key: letGo.key, claimToken: letGo.claimToken },
      { key: live.key, request: 1, claimToken: live.claimToken },
    ]);
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { status: 409, code: 'OUTCOME_UNKNOWN', instance: '/v1/claims/batch', requestId: expect.any(String) },
      { status: 201, decision: 'execute', key: fresh, namespace: 'other', attempt: 1 },
      { status: 409, code: 'CLAIM_IN_PROGRESS', retryAfterMs: 1_000 },
      { status: 422, code: 'FINGERPRINT_MISMATCH' },
      { status: 200, decision: 'replay', outcome: { status: 201, body: null } },
      { status: 409, code: 'CLAIM_LOST' },
      { status: 201, decision: 'execute', fencingToken: live.fencingToken, attempt: 1 },
    ]);
  });

  it('lets the second claim of a key see the first', async () => {
    const key = newKey();
    const other = newKey();
    const { body } = await api.claimBatch([
      { key },
      { key: other },
      { key },
      { key, request: 1 },
      { key, namespace: 'x' },
    ]);
    expect(body.results.map((result) => result.status)).toEqual([201, 201, 409, 422, 201]);
  });

  it('lets the second claim of a key see that its holder said the first again', async () => {
    const { key, claimToken } = await holdClaim(api);
    await endLease(world.database, key);
    const { body } = await api.claimBatch([{ key, claimToken }, { key }]);
    expect(body.results).toMatchObject([
      { status: 201, decision: 'execute', attempt: 1 },
      { status: 409, code: 'CLAIM_IN_PROGRESS' },
    ]);
  });

  it('lets the first claim of a released key have it, and the second see that', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.act('release', key, { claimToken, effect: 'none' });
    const { body } = await api.claimBatch([{ key }, { key }]);
    expect(body.results).toMatchObject([
      { status: 201, decision: 'execute', attempt: 2 },
      { status: 409, code: 'CLAIM_IN_PROGRESS' },
    ]);
  });

  it('takes the same token said twice for the same claim', async () => {
    const claim = { key: newKey(), claimToken: randomUUID() };
    const { body } = await api.claimBatch([
      claim,
      { ...claim, claimToken: claim.claimToken.toUpperCase() },
      { key: claim.key },
    ]);
    const [first, second, third] = body.results;
    expect(first).toMatchObject({ status: 201, attempt: 1, claimToken: claim.claimToken });
    expect(second).toEqual(first);
    expect(third).toMatchObject({ code: 'CLAIM_IN_PROGRESS' });
  });

  it('lets one token be two requests: the second is a mismatch', async () => {
    const claim = { key: newKey(), claimToken: randomUUID() };
    const { body } = await api.claimBatch([
      { ...claim, request: 1 },
      { ...claim, request: 2 },
    ]);
    expect(body.results.map((result) => result.status)).toEqual([201, 422]);
  });

  it('lets one of several claims in a batch take over', async () => {
    const { key } = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    await endLease(world.database, key);
    const { body } = await api.claimBatch([{ key }, { key }, { key }]);
    expect(body.results).toMatchObject([
      { status: 201, attempt: 2 },
      { status: 409, code: 'CLAIM_IN_PROGRESS' },
      { status: 409, code: 'CLAIM_IN_PROGRESS' },
    ]);
  });

  it('waits for each claim that asks for it', async () => {
    const { key, claimToken } = await holdClaim(api);
    const waiting = api.claimBatch([{ key, waitMs: 10_000 }, { key: newKey() }, { key }]);
    await api.complete(key, { claimToken, outcome: { body: 1 } });
    const { body } = await waiting;
    expect(body.results[0]).toMatchObject({ status: 200, outcome: { body: 1 } });
    expect(body.results[1]).toMatchObject({ status: 201 });
  });

  it.each<{ named: string; item: object; pointer: string }>([
    { named: 'an empty key', item: { key: '' }, pointer: '/claims/3/key' },
    { named: 'no key', item: {}, pointer: '/claims/3/key' },
    { named: 'a lease too short', item: { key: 'k', leaseMs: 1 }, pointer: '/claims/3/leaseMs' },
    { named: 'an unknown field', item: { key: 'k', lease: 1 }, pointer: '/claims/3/lease' },
  ])('refuses the whole batch for $named, names the field, and writes nothing', async ({ item, pointer }) => {
    const valid: ClaimRequest[] = [{ key: newKey() }, { key: newKey() }, { key: newKey() }];
    const claims = [...valid, item, { key: newKey() }];
    const answer = await api.send('POST', '/v1/claims/batch', { json: { claims } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(new Set(answer.body.errors?.map((error) => error.pointer))).toEqual(new Set([pointer]));
    for (const { key } of valid) expect((await api.get(key)).status).toBe(404);
  });

  it('grants a full batch, each key once, and the same claims again when it is repeated', async () => {
    const claims = Array.from({ length: limits.claimBatchMax }, () => ({
      key: newKey(),
      claimToken: randomUUID(),
    }));
    const first = await api.claimBatch(claims);
    const again = await api.claimBatch([...claims].reverse());
    expect(first.body.results.map(({ status, key }) => [status, key])).toEqual(
      claims.map(({ key }) => [201, key]),
    );
    const fencing = (results: { fencingToken: number }[]) => results.map(({ fencingToken }) => fencingToken);
    expect(fencing(again.body.results.reverse())).toEqual(fencing(first.body.results));
  });
});
