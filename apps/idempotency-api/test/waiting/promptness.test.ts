import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { useWorld, type World } from '../support/world.js';
import { FOR_LONG, timed, untilWaiting } from './waiting.js';

const TRIES = 9;
const outcome = { status: 201, body: 'done' };

/** Ways to wait for an outcome, and to read it from the answer. */
const ways = [
  {
    way: 'a claim',
    wait: async (world: World, replica: number, key: string) => {
      const { status, body } = await world.replicas[replica]!.claim({ key, waitMs: FOR_LONG });
      return { status, body: body.outcome, headers: {} };
    },
  },
  {
    way: 'a read',
    wait: async (world: World, replica: number, key: string) => {
      const { status, body } = await world.replicas[replica]!.get(key, `?waitMs=${FOR_LONG}`);
      return { status, body: body.outcome, headers: {} };
    },
  },
];

describe('a waiter on the replica that completes', () => {
  // So slow a poll that only the replica's own wake-up can be in time.
  const world = useWorld({ settings: { WAIT_POLL_MS: '10000' } });

  it.each(ways)('$way is answered within 100 ms of the completion', async ({ wait }) => {
    expect(await medianDelay(world, 0, wait)).toBeLessThan(100);
  });
});

describe('a waiter on another replica', () => {
  const world = useWorld({ replicas: 2 });

  it.each(ways)('$way is answered within 300 ms of the completion', async ({ wait }) => {
    expect(await medianDelay(world, 1, wait)).toBeLessThan(300);
  });
});

/**
 * Milliseconds from the completion's answer on the first replica to the waiter's; the median of several tries, as a
 * busy machine may delay any one of them.
 */
async function medianDelay(
  world: World,
  replica: number,
  wait: (world: World, replica: number, key: string) => Promise<Answer>,
): Promise<number> {
  const delays: number[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    const { key, claimToken } = await holdClaim(world.api);
    const waiter = timed(wait(world, replica, key));
    await untilWaiting(world.apps[replica]!, 1);
    const completion = await timed(world.api.complete(key, { claimToken, outcome }));
    const { answer, at } = await waiter;
    expect(answer).toMatchObject({ status: 200, body: outcome });
    delays.push(at - completion.at);
  }
  return delays.sort((one, other) => one - other)[TRIES >> 1]!;
}
