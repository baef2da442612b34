import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Checkpoint, CheckpointResponse, JsonValue } from '@infra-services/idempotency-contract';
import type { ApiClient } from '../support/api-client.js';
import { endLease, holdClaim, type HeldClaim } from '../support/arrange.js';
import { newKey, type World } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

const anyJson: JsonValue[] = [
  null,
  false,
  0,
  '',
  -0.5,
  1e-7,
  'text \u0000 \u{1f980}',
  [],
  {},
  [[1, null]],
  { '': { a: [] } },
];

/** Every way in which an execution passes to the next one. */
const handovers: {
  way: string;
  pass: (api: ApiClient, world: World, held: HeldClaim) => Promise<unknown>;
}[] = [
  { way: 'a takeover', pass: (_, world, held) => endLease(world.database, held.key) },
  {
    way: 'a release',
    pass: (api, _, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'none' }),
  },
  {
    way: 'a resolution as `retry`',
    pass: async (api, world, { key }) => {
      await endLease(world.database, key);
      await api.act('resolve', key, { resolution: 'retry' });
    },
  },
];

onOneAndTwoReplicas((api, world) => {
  it.each(anyJson.map((data) => ({ data })))('keeps any JSON as it was sent: $data', async ({ data }) => {
    const { key, claimToken } = await holdClaim(api);
    const kept = await api.act<CheckpointResponse>('checkpoint', key, { claimToken, name: 'half', data });
    expect(kept).toMatchObject({ status: 200, body: { checkpoint: { name: 'half', data } } });
    const record = (await api.get(key)).body;
    expect(record.checkpoint).toEqual({ name: 'half', data });
    expect(kept.body.leaseExpiresAt).toBe(record.leaseExpiresAt);
    expect((await api.claim({ key, claimToken })).body.checkpoint).toEqual({ name: 'half', data });
  });

  it('keeps absent data as null', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.act('checkpoint', key, { claimToken, name: 'half' });
    expect((await api.get(key)).body.checkpoint).toEqual({ name: 'half', data: null });
  });

  it('lets the last one count, and can be repeated', async () => {
    const { key, claimToken } = await holdClaim(api);
    for (const name of ['one', 'two', 'two']) {
      expect((await api.act('checkpoint', key, { claimToken, name, data: name })).status).toBe(200);
    }
    expect((await api.get(key)).body.checkpoint).toEqual({ name: 'two', data: 'two' });
  });

  it.each(handovers)('is handed to whoever executes next after $way', async ({ way, pass }) => {
    const checkpoint: Checkpoint = { name: 'charged', data: { chargeId: 'ch_1' } };
    const held = await holdClaim(api, { onLeaseExpiry: way === 'a takeover' ? 'takeover' : 'block' });
    await api.act('checkpoint', held.key, { claimToken: held.claimToken, ...checkpoint });
    await pass(api, world, held);
    const next = await api.claim({ key: held.key });
    expect(next).toMatchObject({ status: 201, body: { attempt: 2, checkpoint } });
  });

  it('stays with the record when the outcome is stored', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.act('checkpoint', key, { claimToken, name: 'half', data: [1] });
    const completed = await api.complete(key, { claimToken, outcome: {} });
    expect(completed.body.checkpoint).toEqual({ name: 'half', data: [1] });
  });

  it('is still taken after the lease ended, without extending it', async () => {
    const { key, claimToken } = await holdClaim(api);
    await endLease(world.database, key);
    expect((await api.act('checkpoint', key, { claimToken, name: 'late' })).status).toBe(200);
    expect((await api.get(key)).body).toMatchObject({
      state: 'outcome_unknown',
      checkpoint: { name: 'late' },
    });
  });

  it('is refused to whoever does not hold the claim, and leaves the former one', async () => {
    const former = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    await api.act('checkpoint', former.key, { claimToken: former.claimToken, name: 'first' });
    await endLease(world.database, former.key);
    await holdClaim(api, { key: former.key });
    const inDoubt = await holdClaim(api);
    await api.act('release', inDoubt.key, { claimToken: inDoubt.claimToken, effect: 'unknown' });
    const stranger = { key: (await holdClaim(api)).key, claimToken: randomUUID() };
    const done = await holdClaim(api);
    await api.complete(done.key, { claimToken: done.claimToken, outcome: {} });
    const letGo = await holdClaim(api);
    await api.act('release', letGo.key, { claimToken: letGo.claimToken, effect: 'none' });

    for (const { key, claimToken } of [former, inDoubt, stranger, done, letGo]) {
      const answer = await api.act('checkpoint', key, { claimToken, name: 'late' });
      expect(answer).toMatchObject({ status: 409, body: { code: 'CLAIM_LOST' } });
    }
    expect((await api.get(former.key)).body.checkpoint?.name).toBe('first');
    const absent = await api.act('checkpoint', newKey(), { claimToken: randomUUID(), name: 'x' });
    expect(absent.body.code).toBe('RECORD_NOT_FOUND');
  });
});
