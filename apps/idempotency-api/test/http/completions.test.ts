import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Outcome } from '@infra-services/idempotency-contract';
import { endLease, endRetention, holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

const outcome: Outcome = {
  status: 201,
  headers: { a: '1', b: '2' },
  body: { id: 'ch_1', lines: [{ x: 1, y: 2 }] },
};

/** The same outcome: only the order of members, at every level, is another one. */
const reordered = '{"body":{"lines":[{"y":2,"x":1}],"id":"ch_1"},"headers":{"b":"2","a":"1"},"status":201}';

const others: { named: string; other: Outcome }[] = [
  { named: 'another status', other: { ...outcome, status: 200 } },
  { named: 'no status', other: { headers: outcome.headers!, body: outcome.body! } },
  { named: 'another header', other: { ...outcome, headers: { a: '1', b: '3' } } },
  { named: 'another body', other: { ...outcome, body: { id: 'ch_2' } } },
  {
    named: 'elements in another order',
    other: { ...outcome, body: { id: 'ch_1', lines: [{ y: 2 }, { x: 1 }] } },
  },
  { named: 'an encoding', other: { ...outcome, encoding: 'json' } },
  { named: 'nothing at all', other: {} },
];

onOneAndTwoReplicas((api, world) => {
  it('answers the record as it now stands', async () => {
    const key = newKey();
    const claimToken = randomUUID();
    const claimed = await api.claim({ key, claimToken, owner: 'checkout-1', fingerprint: 'sha256:aa' });
    await api.act('checkpoint', key, { claimToken, name: 'half', data: 1 });
    const completed = await api.complete(key, { claimToken, outcome });
    expect(completed.status).toBe(200);
    expect(completed.body).toEqual({
      namespace: 'default',
      key,
      state: 'completed',
      attempt: 1,
      fencingToken: claimed.body.fencingToken,
      onLeaseExpiry: 'block',
      owner: 'checkout-1',
      fingerprint: 'sha256:aa',
      leaseExpiresAt: null,
      checkpoint: { name: 'half', data: 1 },
      outcome,
      createdAt: expect.any(String),
      updatedAt: completed.body.completedAt,
      completedAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    expect((await api.get(key)).body).toEqual(completed.body);
  });

  it.each(['block', 'takeover'] as const)(
    'lets an executor complete whose lease ran out, as long as nobody took over, under `%s`',
    async (onLeaseExpiry) => {
      const { key, claimToken } = await holdClaim(api, { onLeaseExpiry });
      await endLease(world.database, key);
      expect((await api.complete(key, { claimToken, outcome })).status).toBe(200);
      expect((await api.claim({ key })).body.outcome).toEqual(outcome);
    },
  );

  it('answers the same outcome said again with the record as it was stored', async () => {
    const { key, claimToken } = await holdClaim(api);
    const first = await api.complete(key, { claimToken, outcome, retentionMs: 60_000 });
    const again = await api.complete(key, { claimToken, outcome, retentionMs: 120_000 });
    expect(again.status).toBe(200);
    // A repetition neither stores nor prolongs anything.
    expect(again.body).toEqual(first.body);
  });

  it('takes an outcome whose members come in another order for the same', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.complete(key, { claimToken, outcome });
    const path = `/v1/records/default/${key}/complete`;
    const again = await api.send('POST', path, {
      raw: `{"outcome":${reordered},"claimToken":"${claimToken}"}`,
    });
    expect(again.status).toBe(200);
  });

  it('takes an outcome for the same whose numbers our own JSON writes as long integers', async () => {
    const { key, claimToken } = await holdClaim(api);
    const path = `/v1/records/default/${key}/complete`;
    const saying = (body: string) =>
      api.send('POST', path, { raw: `{"claimToken":"${claimToken}","outcome":{"body":${body}}}` });
    expect((await saying('{"a":1e20,"b":-1e17}')).status).toBe(200);
    expect((await saying('{"b":-1e17,"a":1e20}')).status).toBe(200);
    expect((await saying('{"b":-1e17,"a":1e19}')).body.code).toBe('OUTCOME_CONFLICT');
  });

  it.each(others)('refuses $named from the same token and keeps the first outcome', async ({ other }) => {
    const { key, claimToken } = await holdClaim(api);
    await api.complete(key, { claimToken, outcome });
    const answer = await api.complete(key, { claimToken, outcome: other });
    expect(answer).toMatchObject({ status: 409, body: { code: 'OUTCOME_CONFLICT' } });
    expect((await api.claim({ key })).body.outcome).toEqual(outcome);
  });

  it('does not let a superseded executor complete after a takeover, before and after the new one does', async () => {
    const former = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    await endLease(world.database, former.key);
    const present = await holdClaim(api, { key: former.key });
    const late = () => api.complete(former.key, { claimToken: former.claimToken, outcome });
    expect(await late()).toMatchObject({ status: 409, body: { code: 'CLAIM_LOST' } });
    await api.complete(former.key, { claimToken: present.claimToken, outcome: { body: 'present' } });
    // Not even the very outcome that is stored: it is not this token's.
    const same = await api.complete(former.key, {
      claimToken: former.claimToken,
      outcome: { body: 'present' },
    });
    expect([(await late()).body.code, same.body.code]).toEqual(['CLAIM_LOST', 'CLAIM_LOST']);
    expect((await api.get(former.key)).body.outcome).toEqual({ body: 'present' });
  });

  it('does not let a token complete that never held the claim', async () => {
    const { key } = await holdClaim(api);
    expect((await api.complete(key, { claimToken: randomUUID(), outcome })).body.code).toBe('CLAIM_LOST');
    expect((await api.get(key)).body.state).toBe('in_progress');
  });

  it('knows no record that was never claimed, lives in another namespace, or ran out of retention', async () => {
    const { key, claimToken } = await holdClaim(api);
    const elsewhere = await api.complete(key, { claimToken, outcome }, 'elsewhere');
    await api.complete(key, { claimToken, outcome });
    await endRetention(world.database, key);
    const forgotten = await api.complete(key, { claimToken, outcome });
    const absent = await api.complete(newKey(), { claimToken, outcome });
    for (const answer of [elsewhere, forgotten, absent]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'RECORD_NOT_FOUND' } });
    }
  });

  it.each([
    { named: 'the completion’s own retention', claimed: 60_000, completed: 5_000, kept: 5_000 },
    { named: 'the claim’s retention', claimed: 60_000, completed: undefined, kept: 60_000 },
    { named: 'a day by default', claimed: undefined, completed: undefined, kept: 86_400_000 },
  ])('keeps an outcome for $named, counted from the completion', async ({ claimed, completed, kept }) => {
    const { key, claimToken } = await holdClaim(api, claimed === undefined ? {} : { retentionMs: claimed });
    const { body } = await api.complete(key, {
      claimToken,
      outcome,
      ...(completed === undefined ? {} : { retentionMs: completed }),
    });
    expect(Date.parse(body.expiresAt!) - Date.parse(body.completedAt!)).toBe(kept);
  });

  it('lets only one of two concurrent outcomes of one token stand', async () => {
    const { key, claimToken } = await holdClaim(api);
    const answers = await Promise.all([
      api.complete(key, { claimToken, outcome: { body: 1 } }),
      api.complete(key, { claimToken, outcome: { body: 2 } }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const stored = answers.find((answer) => answer.status === 200)!;
    expect((await api.get(key)).body.outcome).toEqual(stored.body.outcome);
  });
});
