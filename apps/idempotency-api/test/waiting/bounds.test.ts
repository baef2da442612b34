import { describe, expect, it } from 'vitest';
import { contend, tally, verdictOf } from '../concurrency/contend.js';
import { holdClaim } from '../support/arrange.js';
import { newKey, startWorld, useWorld } from '../support/world.js';
import { FOR_LONG, untilWaiting } from './waiting.js';

describe('a service with places for two waiters', () => {
  const world = useWorld({ settings: { MAX_WAITERS: '2' } });

  it('answers the third at once, and lets the two wait on', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const waiters = [world.api.claim({ key, waitMs: FOR_LONG }), world.api.claim({ key, waitMs: FOR_LONG })];
    await untilWaiting(world.apps[0]!, 2);

    const since = performance.now();
    const turnedAway = [
      await world.api.claim({ key, waitMs: FOR_LONG }),
      await world.api.get(key, `?waitMs=${FOR_LONG}`),
    ];
    expect(performance.now() - since).toBeLessThan(FOR_LONG / 3);
    expect(turnedAway.map(verdictOf)).toEqual(['CLAIM_IN_PROGRESS', '200']);

    await world.api.complete(key, { claimToken, outcome: {} });
    expect(tally(await Promise.all(waiters))).toEqual({ replay: 2 });
  });

  it.each([
    { hangsUp: 'a claim', path: '/v1/claims', send: (key: string) => ({ json: { key, waitMs: FOR_LONG } }) },
    {
      hangsUp: 'a batch of claims',
      path: '/v1/claims/batch',
      send: (key: string) => ({ json: { claims: [{ key, waitMs: FOR_LONG }] } }),
    },
  ])('never grants to $hangsUp whose caller has hung up, and frees its place', async ({ path, send }) => {
    const { key, claimToken } = await holdClaim(world.api);
    const caller = new AbortController();
    const waiter = world.api.send('POST', path, { ...send(key), signal: caller.signal });
    await untilWaiting(world.apps[0]!, 1);
    caller.abort();
    await expect(waiter).rejects.toThrow('aborted');
    await untilWaiting(world.apps[0]!, 0);

    await world.api.act('release', key, { claimToken, effect: 'none' });
    // Decided after everything that this release could have set off.
    expect(verdictOf(await world.api.claim({ key, request: 'another' }))).toBe('FINGERPRINT_MISMATCH');
    expect((await world.api.get(key)).body).toMatchObject({ state: 'released', attempt: 1 });
    expect((await world.api.claim({ key })).body).toMatchObject({ decision: 'execute', attempt: 2 });
  });

  it('frees the place of a reader who has hung up', async () => {
    const { key } = await holdClaim(world.api);
    const caller = new AbortController();
    const reader = world.api.send('GET', `/v1/records/default/${key}?waitMs=${FOR_LONG}`, {
      signal: caller.signal,
    });
    await untilWaiting(world.apps[0]!, 1);
    caller.abort();
    await expect(reader).rejects.toThrow('aborted');
    await expect(untilWaiting(world.apps[0]!, 0)).resolves.toBeUndefined();
  });
});

describe('waiting', () => {
  const world = useWorld({ replicas: 2 });

  it('ends for each of 500 with the one outcome', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const answers = contend(world, 500, (api) => api.claim({ key, waitMs: FOR_LONG }));
    await Promise.all(world.apps.map((app) => untilWaiting(app, 250)));
    await world.api.complete(key, { claimToken, outcome: { body: 'done' } });
    expect(tally(await answers)).toEqual({ replay: 500 });
  });

  it('does not happen without waitMs', async () => {
    const { key } = await holdClaim(world.api);
    const since = performance.now();
    const answers = [await world.api.claim({ key, waitMs: 0 }), await world.api.get(key, '?waitMs=0')];
    expect(performance.now() - since).toBeLessThan(FOR_LONG / 3);
    expect(answers.map(verdictOf)).toEqual(['CLAIM_IN_PROGRESS', '200']);
  });

  it('does not happen for a record that does not exist', async () => {
    const since = performance.now();
    const answer = await world.api.get(newKey(), `?waitMs=${FOR_LONG}`);
    expect(performance.now() - since).toBeLessThan(FOR_LONG / 3);
    expect(verdictOf(answer)).toBe('RECORD_NOT_FOUND');
  });

  it('does not happen for a record that is free to take', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    await world.api.act('release', key, { claimToken, effect: 'none' });
    const since = performance.now();
    expect((await world.api.claim({ key, waitMs: FOR_LONG })).status).toBe(201);
    expect(performance.now() - since).toBeLessThan(FOR_LONG / 3);
  });
});

describe('a service that is told to stop', () => {
  it('answers its waiters at once with what it knows', async () => {
    const world = await startWorld();
    try {
      const { key } = await holdClaim(world.api);
      const waiters = [world.api.claim({ key, waitMs: FOR_LONG }), world.api.get(key, `?waitMs=${FOR_LONG}`)];
      await untilWaiting(world.apps[0]!, 2);
      const since = performance.now();
      await world.apps[0]!.close();
      expect((await Promise.all(waiters)).map(verdictOf)).toEqual(['CLAIM_IN_PROGRESS', '200']);
      expect(performance.now() - since).toBeLessThan(FOR_LONG / 3);
    } finally {
      await world.close();
    }
  });
});
