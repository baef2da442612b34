import { expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { endLease, endRetention, holdClaim, type HeldClaim } from '../support/arrange.js';
import { newKey, type World } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

interface Case {
  readonly state: string;
  reach(api: ApiClient, world: World, held: HeldClaim): Promise<unknown>;
}

const closed: Case[] = [
  {
    state: 'completed',
    reach: (api, _, { key, claimToken }) => api.complete(key, { claimToken, outcome: {} }),
  },
  {
    state: 'released',
    reach: (api, _, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'none' }),
  },
];

const open: Case[] = [
  { state: 'in progress', reach: async () => undefined },
  { state: 'of unknown outcome', reach: (_, world, { key }) => endLease(world.database, key) },
  {
    state: 'let go of',
    reach: (api, _, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'unknown' }),
  },
];

onOneAndTwoReplicas((api, world) => {
  it.each(closed)('forgets a record that is $state: its key can be executed again', async ({ reach }) => {
    const held = await holdClaim(api, { request: 1 });
    await reach(api, world, held);
    const deleted = await api.delete(held.key);
    expect(deleted).toMatchObject({ status: 204, body: '' });
    expect((await api.get(held.key)).body.code).toBe('RECORD_NOT_FOUND');
    const next = await api.claim({ key: held.key, request: 2 });
    expect(next).toMatchObject({ status: 201, body: { attempt: 1 } });
    expect(next.body.fencingToken).toBeGreaterThan(held.fencingToken);
  });

  it.each(open)('keeps a record that is $state, and deletes it by force alone', async ({ reach }) => {
    const held = await holdClaim(api);
    await reach(api, world, held);
    for (const query of ['', '?force=false']) {
      expect(await api.delete(held.key, query)).toMatchObject({ status: 409, body: { code: 'RECORD_OPEN' } });
    }
    expect((await api.delete(held.key, '?force=true')).status).toBe(204);
    const late = await api.complete(held.key, { claimToken: held.claimToken, outcome: {} });
    expect(late.body.code).toBe('RECORD_NOT_FOUND');
  });

  it('tells the former executor that it lost the claim once the key was claimed anew', async () => {
    const former = await holdClaim(api);
    await api.delete(former.key, '?force=true');
    await holdClaim(api, { key: former.key });
    const late = await api.complete(former.key, { claimToken: former.claimToken, outcome: {} });
    expect(late.body.code).toBe('CLAIM_LOST');
  });

  it('knows no record that is absent, was deleted, or ran out of retention', async () => {
    const deleted = await holdClaim(api);
    await api.delete(deleted.key, '?force=true');
    const forgotten = await holdClaim(api);
    await api.complete(forgotten.key, { claimToken: forgotten.claimToken, outcome: {} });
    await endRetention(world.database, forgotten.key);
    for (const key of [newKey(), deleted.key, forgotten.key]) {
      expect(await api.delete(key, '?force=true')).toMatchObject({
        status: 404,
        body: { code: 'RECORD_NOT_FOUND' },
      });
    }
  });

  it('takes a DELETE that announces JSON and has no body, as some clients send it', async () => {
    const { key } = await holdClaim(api);
    const headers = { 'content-type': 'application/json', 'content-length': '0' };
    const answer = await api.send('DELETE', `/v1/records/default/${key}?force=true`, { headers });
    expect(answer.status).toBe(204);
  });
});
