import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dump } from '../encryption/dump.js';
import { holdClaim } from '../support/arrange.js';
import { expectNoneIn } from '../support/faults-secrets.js';
import { useWorld } from '../support/world.js';

const secret = `secret-${randomUUID()}`;
const outcome = { status: 201, headers: { 'x-receipt': secret }, body: { b: secret, a: 1 } };

describe('a completion with store: none', () => {
  const world = useWorld({ replicas: 2, settings: { MAX_OUTCOME_BYTES: '1024' } });

  it('keeps that it completed, and the status, and nothing else', async () => {
    const { api } = world;
    const { key, claimToken } = await holdClaim(api);
    const kept = { status: 201, stored: 'none' };
    expect((await api.complete(key, { claimToken, outcome, store: 'none' })).body.outcome).toEqual(kept);
    for (const replica of world.replicas) {
      const answer = await replica.claim({ key });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ decision: 'replay', outcome: kept });
      expect((await replica.get(key)).body.outcome).toEqual(kept);
    }
    expectNoneIn(await dump(world.database), { secret });
  });

  it('without a status replays the mark alone', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    await world.api.complete(key, { claimToken, outcome: { body: null }, store: 'none' });
    expect((await world.api.claim({ key })).body.outcome).toEqual({ stored: 'none' });
  });

  it('said again is known by its digest: the same outcome succeeds, any other conflicts', async () => {
    const { api } = world;
    const { key, claimToken } = await holdClaim(api);
    await api.complete(key, { claimToken, outcome, store: 'none' });
    const reordered = { body: { a: 1, b: secret }, headers: outcome.headers, status: 201 };
    for (const store of ['none', 'outcome']) {
      expect((await api.complete(key, { claimToken, outcome: reordered, store })).status).toBe(200);
      for (const other of [
        { ...outcome, status: 200 },
        { ...outcome, body: { a: 2, b: secret } },
        { ...outcome, headers: {} },
        { status: 201 },
        {},
      ]) {
        const answer = await api.complete(key, { claimToken, outcome: other, store });
        expect(answer.body.code).toBe('OUTCOME_CONFLICT');
      }
    }
  });

  it('after a whole one changes nothing: the first completion counts', async () => {
    const { api } = world;
    const { key, claimToken } = await holdClaim(api);
    await api.complete(key, { claimToken, outcome });
    const again = await api.complete(key, { claimToken, outcome, store: 'none' });
    expect(again).toMatchObject({ status: 200, body: { outcome } });
    expect((await api.complete(key, { claimToken, outcome: {}, store: 'none' })).body.code).toBe(
      'OUTCOME_CONFLICT',
    );
  });

  it('takes an outcome that is too large to be stored', async () => {
    const { api } = world;
    const { key, claimToken } = await holdClaim(api);
    const large = { body: 'x'.repeat(2_000) };
    expect((await api.complete(key, { claimToken, outcome: large })).body.code).toBe('OUTCOME_TOO_LARGE');
    expect((await api.complete(key, { claimToken, outcome: large, store: 'none' })).status).toBe(200);
  });

  it('goes with batches, item by item', async () => {
    const held = await Promise.all([holdClaim(world.api), holdClaim(world.api)]);
    const completions = held.map(({ key, claimToken }, index) => ({
      key,
      claimToken,
      outcome,
      store: index === 0 ? 'none' : 'outcome',
    }));
    const answer = await world.api.send<{ results: { outcome: unknown }[] }>(
      'POST',
      '/v1/completions/batch',
      {
        json: { completions },
      },
    );
    expect(answer.body.results.map((result) => result.outcome)).toEqual([
      { status: 201, stored: 'none' },
      outcome,
    ]);
  });

  it('is no member of an outcome that a caller could send', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const forged = { status: 201, stored: 'none', digest: 'x' };
    expect((await world.api.complete(key, { claimToken, outcome: forged })).body.code).toBe(
      'INVALID_REQUEST',
    );
    expect((await world.api.complete(key, { claimToken, outcome, store: 'all' })).body.code).toBe(
      'INVALID_REQUEST',
    );
  });
});
