import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newKey, useWorld } from '../support/world.js';

/**
 * Old behaviour: of one claim said twice in a batch, with a longer lease the second time, the first one's lease
 * counted. Said one after the other they leave the longer one. Fix: the one that asks for more is sent for both.
 */
describe('one claim said twice in a batch', () => {
  const world = useWorld();

  it('holds the longer lease', async () => {
    const claim = { key: newKey(), claimToken: randomUUID() };
    const { body } = await world.api.claimBatch([
      { ...claim, leaseMs: 1_000 },
      { ...claim, leaseMs: 3_600_000 },
      { ...claim, leaseMs: 2_000 },
    ]);
    const fencingTokens = new Set(body.results.map((result) => result.fencingToken));
    expect(fencingTokens.size).toBe(1);
    const { body: record } = await world.api.get(claim.key);
    const leaseMs = Date.parse(record.leaseExpiresAt ?? '') - Date.parse(record.createdAt);
    expect(leaseMs).toBeGreaterThan(3_000_000);
  });
});
