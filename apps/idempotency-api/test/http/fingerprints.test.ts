import { describe, expect, it } from 'vitest';
import type { ClaimRequest, JsonValue } from '@infra-services/idempotency-contract';
import type { ApiClient } from '../support/api-client.js';
import { endLease, endRetention, holdClaim, type HeldClaim } from '../support/arrange.js';
import type { World } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

type Standing = Pick<ClaimRequest, 'request' | 'fingerprint'>;

const different: { named: string; first: Standing; then: Standing }[] = [
  { named: 'another request', first: { request: { amount: 1 } }, then: { request: { amount: 2 } } },
  { named: 'elements in another order', first: { request: [1, 2] }, then: { request: [2, 1] } },
  { named: 'a number for a text', first: { request: { amount: 1 } }, then: { request: { amount: '1' } } },
  { named: 'no request for one', first: { request: { amount: 1 } }, then: {} },
  { named: 'a request for none', first: {}, then: { request: { amount: 1 } } },
  { named: 'the request null for none', first: {}, then: { request: null } },
  { named: 'none for the request null', first: { request: null }, then: {} },
  { named: 'another digest', first: { fingerprint: 'sha256:aa' }, then: { fingerprint: 'sha256:ab' } },
  { named: 'a digest in capitals', first: { fingerprint: 'sha256:aa' }, then: { fingerprint: 'sha256:AA' } },
  { named: 'a request for a digest', first: { fingerprint: 'sha256:aa' }, then: { request: 'sha256:aa' } },
  { named: 'no digest for one', first: { fingerprint: 'sha256:aa' }, then: {} },
  { named: 'a digest for none', first: {}, then: { fingerprint: 'sha256:aa' } },
];

const same: { named: string; first: JsonValue; then: string }[] = [
  {
    named: 'members in another order',
    first: { a: 1, b: { c: 2, d: 3 } },
    then: '{"b":{"d":3,"c":2},"a":1}',
  },
  { named: 'other white space', first: [1, { a: 2 }], then: ' [ 1 ,\n{ "a" : 2 } ] ' },
  { named: 'another spelling of a number', first: { amount: 100 }, then: '{"amount":1.0e2}' },
  { named: 'another spelling of a text', first: { name: 'é/€' }, then: '{"name":"\\u00e9\\/\\u20AC"}' },
];

/** What may have become of a record with a fingerprint; in every one of these it still stands for its request. */
const states: {
  state: string;
  reach: (api: ApiClient, world: World, held: HeldClaim) => Promise<unknown>;
}[] = [
  { state: 'in progress', reach: async () => undefined },
  { state: 'of unknown outcome', reach: (_, world, held) => endLease(world.database, held.key) },
  {
    state: 'released',
    reach: (api, _, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'none' }),
  },
  {
    state: 'completed',
    reach: (api, _, { key, claimToken }) => api.complete(key, { claimToken, outcome: {} }),
  },
];

onOneAndTwoReplicas((api, world) => {
  it.each(different)('refuses $named under a key that is in flight', async ({ first, then }) => {
    const { key } = await holdClaim(api, first);
    const answer = await api.claim({ key, ...then });
    expect(answer).toMatchObject({ status: 422, body: { code: 'FINGERPRINT_MISMATCH' } });
  });

  it.each(same)('takes $named for the same request', async ({ first, then }) => {
    const { key, claimToken } = await holdClaim(api, { request: first });
    await api.complete(key, { claimToken, outcome: {} });
    const raw = `{"key":"${key}","request":${then}}`;
    expect((await api.send('POST', '/v1/claims', { raw })).status).toBe(200);
  });

  it('does not normalize Unicode: a composed and a decomposed letter are two requests', async () => {
    const { key } = await holdClaim(api, { request: '\u00e9' });
    expect((await api.claim({ key, request: 'e\u0301' })).body.code).toBe('FINGERPRINT_MISMATCH');
  });

  it('takes a caller’s own digest that is the fingerprint of the request for that request', async () => {
    const { key, claimToken } = await holdClaim(api, { request: { amount: 1 } });
    const { fingerprint } = (await api.get(key)).body;
    expect((await api.claim({ key, claimToken, fingerprint: fingerprint! })).status).toBe(201);
  });

  it('refuses a claim that gives both a request and a digest', async () => {
    const answer = await api.claim({ key: 'both', request: 1, fingerprint: 'sha256:aa' });
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/fingerprint' })]);
  });

  describe.each(states)('a record that is $state', ({ reach }) => {
    it('refuses another request before anything else, to its own claim token too', async () => {
      const held = await holdClaim(api, { request: 1 });
      await reach(api, world, held);
      const answers = [
        await api.claim({ key: held.key, request: 2 }),
        await api.claim({ key: held.key, request: 2, claimToken: held.claimToken }),
      ];
      expect(answers.map((answer) => answer.body.code)).toEqual([
        'FINGERPRINT_MISMATCH',
        'FINGERPRINT_MISMATCH',
      ]);
    });
  });

  it('does not hand an expired lease to another request', async () => {
    const { key, claimToken, fencingToken } = await holdClaim(api, { request: 1, onLeaseExpiry: 'takeover' });
    await endLease(world.database, key);
    expect((await api.claim({ key, request: 2 })).body.code).toBe('FINGERPRINT_MISMATCH');
    expect((await api.claim({ key, request: 1, claimToken })).body).toMatchObject({
      attempt: 1,
      fencingToken,
    });
  });

  it('lets a key stand for another request once its retention is over', async () => {
    const { key, claimToken } = await holdClaim(api, { request: 1 });
    await api.complete(key, { claimToken, outcome: {} });
    await endRetention(world.database, key);
    expect((await api.claim({ key, request: 2 })).status).toBe(201);
    expect((await api.claim({ key, request: 1 })).body.code).toBe('FINGERPRINT_MISMATCH');
  });
});
