import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endLease } from '../support/arrange.js';
import { newKey, useWorld } from '../support/world.js';

/**
 * Old behaviour: a claim under `block`, said again in its batch with a longer lease and `takeover`, made a record under
 * `takeover`: at the end of the lease a second caller was let execute. Cause: of one claim said twice the one with the
 * longer lease was sent whole, its policy too, which is the first one's to fix. Fix: what is sent for both is what one
 * after the other would leave. Found by test/model.
 */
describe('one claim said twice in a batch under two policies', () => {
  const world = useWorld();

  it('keeps the policy of the first, and of the second what a later claim may change', async () => {
    const claim = { key: newKey(), claimToken: randomUUID() };
    await world.api.claimBatch([
      { ...claim, onLeaseExpiry: 'block', owner: 'first', leaseMs: 1_000 },
      { ...claim, onLeaseExpiry: 'takeover', owner: 'second', leaseMs: 60_000 },
    ]);
    const { body: record } = await world.api.get(claim.key);
    expect(record).toMatchObject({ onLeaseExpiry: 'block', owner: 'second' });

    await endLease(world.database, claim.key);
    const stranger = await world.api.claim({ key: claim.key, onLeaseExpiry: 'takeover' });
    expect(stranger.body.code).toBe('OUTCOME_UNKNOWN');
  });
});
