import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { recordPath } from '../support/api-client.js';
import { endLease, endRetention, holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

/** Every printable character of ASCII, those that paths and queries give a meaning included. */
const everyCharacter = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index));

const keys = [
  everyCharacter,
  '%2F',
  '...',
  'order/17?x=1#y',
  '/complete',
  ' leading and trailing ',
  '%'.repeat(255),
  ' '.repeat(255),
];

onOneAndTwoReplicas((api, world) => {
  it('shows a claim in progress, with what does not apply as null', async () => {
    const key = newKey();
    const claim = await api.claim({
      namespace: 'a.b:c-d_e',
      key,
      leaseMs: 45_000,
      onLeaseExpiry: 'takeover',
    });
    const { status, body } = await api.get(key, '', 'a.b:c-d_e');
    expect(status).toBe(200);
    expect(body).toEqual({
      namespace: 'a.b:c-d_e',
      key,
      state: 'in_progress',
      attempt: 1,
      fencingToken: claim.body.fencingToken,
      onLeaseExpiry: 'takeover',
      owner: null,
      fingerprint: null,
      leaseExpiresAt: claim.body.leaseExpiresAt,
      checkpoint: null,
      outcome: null,
      createdAt: body.updatedAt,
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      completedAt: null,
      expiresAt: null,
    });
    expect(Date.parse(body.leaseExpiresAt!) - Date.parse(body.createdAt)).toBe(45_000);
  });

  it('derives from time and policy what an ended lease means', async () => {
    const block = await holdClaim(api);
    const takeover = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    for (const { key } of [block, takeover]) await endLease(world.database, key);
    expect((await api.get(block.key)).body.state).toBe('outcome_unknown');
    expect((await api.get(takeover.key)).body.state).toBe('in_progress');
  });

  it('knows no record that is absent, lives in another namespace, or ran out of retention', async () => {
    const { key, claimToken } = await holdClaim(api);
    const elsewhere = await api.get(key, '', 'elsewhere');
    await api.complete(key, { claimToken, outcome: {} });
    await endRetention(world.database, key);
    for (const answer of [elsewhere, await api.get(key), await api.get(newKey())]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'RECORD_NOT_FOUND' } });
    }
  });

  it.each(keys)('reaches the key %j through a path', async (key) => {
    const namespace = newKey();
    const { claimToken } = await holdClaim(api, { namespace, key });
    expect((await api.act('renew', key, { claimToken }, namespace)).status).toBe(200);
    expect((await api.complete(key, { claimToken, outcome: {} }, namespace)).body.key).toBe(key);
    expect((await api.get(key, '', namespace)).body.key).toBe(key);
    expect((await api.delete(key, '', namespace)).status).toBe(204);
  });

  it('never shows a claim token, but to the claim that it belongs to', async () => {
    const claimToken = randomUUID();
    const onLeaseExpiry = 'takeover';
    const { key } = await holdClaim(api, { claimToken, onLeaseExpiry });
    const answers = [
      await api.claim({ key }),
      await api.claimBatch([{ key }]),
      await api.act('renew', key, { claimToken }),
      await api.act('checkpoint', key, { claimToken, name: 'half' }),
      await api.get(key),
      await api.send<object>('GET', `/v1/records?limit=200`),
      await api.act('release', key, { claimToken, effect: 'unknown' }),
      await api.claim({ key, claimToken }),
      await api.complete(key, { claimToken, outcome: {} }),
      await api.complete(key, { claimToken, outcome: { body: 'other' } }),
      await api.send<object>('POST', '/v1/completions/batch', {
        json: { completions: [{ key, claimToken, outcome: {} }] },
      }),
      await api.claim({ key, claimToken }),
      await api.send<object>('GET', `${recordPath(key)}?waitMs=1`),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([
      409, 200, 200, 200, 200, 200, 200, 409, 200, 409, 200, 200, 200,
    ]);
    expect(JSON.stringify(answers.map((answer) => [answer.headers, answer.body]))).not.toContain(claimToken);
  });
});
