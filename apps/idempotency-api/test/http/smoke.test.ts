import { describe, expect, it } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';

describe('the main job', () => {
  const world = useWorld();

  it('claims, completes and replays', async () => {
    const { key, claimToken } = await holdClaim(world.api, { request: { amount: 1 } });
    const outcome = { status: 201, body: { id: 'ch_1' } };
    expect((await world.api.complete(key, { claimToken, outcome })).status).toBe(200);
    const replay = await world.api.claim({ key, request: { amount: 1 } });
    expect(replay.status).toBe(200);
    expect(replay.headers['idempotent-replayed']).toBe('true');
    expect(replay.body.outcome).toEqual(outcome);
  });
});
