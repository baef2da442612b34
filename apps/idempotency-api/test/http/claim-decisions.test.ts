import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { endLease, endRetention, holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

/** The rows of the state table (STATE_MACHINE.md), top to bottom; the other files have what stands below the table. */
onOneAndTwoReplicas((api, world) => {
  it('grants an absent key its first attempt', async () => {
    const key = newKey();
    const claimToken = randomUUID();
    const answer = await api.claim({ namespace: 'payments.charge', key, claimToken });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        decision: 'execute',
        namespace: 'payments.charge',
        key,
        claimToken,
        attempt: 1,
        checkpoint: null,
      },
    });
    expect(answer.headers).not.toHaveProperty('idempotent-replayed');
  });

  it('keeps namespaces apart: one key in two of them is two operations', async () => {
    const { key } = await holdClaim(api, { namespace: 'payments.charge' });
    const other = await api.claim({ namespace: 'payments.refund', key });
    const lower = await api.claim({ namespace: 'Payments.charge', key });
    expect([other.status, lower.status]).toEqual([201, 201]);
  });

  it('takes keys for different where only the case of a letter differs', async () => {
    const { key } = await holdClaim(api);
    expect((await api.claim({ key: key.toUpperCase() })).status).toBe(201);
  });

  it('lets nobody but the first claim of a key execute', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.claim({ key })));
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([201, ...Array<number>(19).fill(409)]);
  });

  it('grants a completed key anew once its retention is over, and forgets the former execution', async () => {
    const first = await holdClaim(api, { request: 1, owner: 'former' });
    await api.act('checkpoint', first.key, { claimToken: first.claimToken, name: 'half' });
    await api.complete(first.key, { claimToken: first.claimToken, outcome: { status: 201 } });
    await endRetention(world.database, first.key);

    const again = await api.claim({ key: first.key, request: 1 });
    expect(again).toMatchObject({ status: 201, body: { attempt: 1, checkpoint: null } });
    const record = await api.get(first.key);
    expect(record.body).toMatchObject({
      state: 'in_progress',
      outcome: null,
      completedAt: null,
      owner: null,
    });
  });

  it('grants a released key as a first attempt once its retention is over', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.act('release', key, { claimToken, effect: 'none' });
    await endRetention(world.database, key);
    // Even to the token that had let go: the record counts as absent.
    expect(await api.claim({ key, claimToken })).toMatchObject({ status: 201, body: { attempt: 1 } });
  });

  it('replays a completed outcome to whoever claims', async () => {
    const { key, claimToken } = await holdClaim(api, { request: { amount: 1 } });
    const outcome = { status: 402, headers: { 'x-charge': 'ch_1' }, body: { declined: true } };
    const completed = await api.complete(key, { claimToken, outcome });
    const { completedAt, expiresAt } = completed.body;

    const another = await api.claim({ key, request: { amount: 1 } });
    const executor = await api.claim({ key, claimToken, request: { amount: 1 } });
    for (const replay of [another, executor]) {
      expect(replay.status).toBe(200);
      expect(replay.headers['idempotent-replayed']).toBe('true');
      expect(replay.body).toEqual({
        decision: 'replay',
        namespace: 'default',
        key,
        outcome,
        completedAt,
        expiresAt,
        attempt: 1,
      });
    }
  });

  it('tells a duplicate of an execution in flight to come back, and when', async () => {
    const { key } = await holdClaim(api, { leaseMs: 60_000 });
    const answer = await api.claim({ key });
    expect(answer).toMatchObject({ status: 409, body: { code: 'CLAIM_IN_PROGRESS', retryAfterMs: 1_000 } });
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('hands an expired lease over under `takeover`: next attempt, higher fencing token, the checkpoint', async () => {
    const checkpoint = { name: 'charge-created', data: { chargeId: 'ch_91' } };
    const first = await holdClaim(api, { onLeaseExpiry: 'takeover', owner: 'first' });
    await api.act('checkpoint', first.key, { claimToken: first.claimToken, ...checkpoint });
    await endLease(world.database, first.key);

    const claimToken = randomUUID();
    const second = await api.claim({ key: first.key, claimToken, owner: 'second' });
    expect(second).toMatchObject({ status: 201, body: { claimToken, attempt: 2, checkpoint } });
    expect(second.body.fencingToken).toBeGreaterThan(first.fencingToken);
    const record = await api.get(first.key);
    expect(record.body).toMatchObject({ state: 'in_progress', owner: 'second', attempt: 2, checkpoint });
  });

  it('does not hand a live lease over under `takeover`', async () => {
    const { key } = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    expect((await api.claim({ key })).body.code).toBe('CLAIM_IN_PROGRESS');
  });

  it('lets nobody execute after an expired lease under `block`, which is the default', async () => {
    const { key } = await holdClaim(api);
    await endLease(world.database, key);
    const answers = [await api.claim({ key }), await api.claim({ key, onLeaseExpiry: 'takeover' })];
    expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual([
      [409, 'OUTCOME_UNKNOWN'],
      [409, 'OUTCOME_UNKNOWN'],
    ]);
    expect((await api.get(key)).body).toMatchObject({ state: 'outcome_unknown', attempt: 1 });
  });

  it('grants a released key the next attempt, with the checkpoint', async () => {
    const checkpoint = { name: 'half', data: [1, null] };
    const first = await holdClaim(api);
    await api.act('checkpoint', first.key, { claimToken: first.claimToken, ...checkpoint });
    await api.act('release', first.key, { claimToken: first.claimToken, effect: 'none' });

    const second = await api.claim({ key: first.key });
    expect(second).toMatchObject({ status: 201, body: { attempt: 2, checkpoint } });
    expect(second.body.fencingToken).toBeGreaterThan(first.fencingToken);
  });
});
