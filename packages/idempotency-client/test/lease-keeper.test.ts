import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { LeaseKeeper } from '../src/execution/lease-keeper.js';

const leaseMs = 300;

const keepers: LeaseKeeper[] = [];
afterEach(() => {
  for (const keeper of keepers.splice(0)) keeper.stop();
});

/** A keeper of a lease that begins now, and what it has said of why the claim is lost. */
function keep(renew: () => Promise<unknown>): { keeper: LeaseKeeper; lost: string[] } {
  const lost: string[] = [];
  const keeper = new LeaseKeeper({
    leaseMs,
    heldSince: performance.now(),
    renew,
    onLost: (reason) => lost.push(reason),
  });
  keepers.push(keeper);
  keeper.start();
  return { keeper, lost };
}

test('a renewed lease is reckoned from before its renewal was sent', async () => {
  const answered = Promise.withResolvers<number>();
  let renewals = 0;
  const { keeper } = keep(async () => {
    // A second answer would move the end again.
    if ((renewals += 1) > 1) return new Promise(() => undefined);
    const sentAt = performance.now();
    await sleep(leaseMs / 3);
    answered.resolve(sentAt);
    return undefined;
  });
  const sentAt = await answered.promise;
  await sleep(0);
  const now = performance.now();
  expect(keeper.leftMs).toBeLessThanOrEqual(Math.max(0, sentAt + leaseMs - now));
});

test('a lease that ends while its renewal is on its way is presumed lost', async () => {
  const { lost } = keep(() => new Promise(() => undefined));
  await expect.poll(() => lost).toEqual(['lease-over']);
});

test('that it is lost is told once, however often renewals fail after it', async () => {
  let failures = 0;
  const { lost } = keep(() => Promise.reject(new Error(`renewal ${(failures += 1)}`)));
  await expect.poll(() => lost).toEqual(['lease-over']);
  const before = failures;
  await expect.poll(() => failures).toBeGreaterThan(before + 2);
  expect(lost).toEqual(['lease-over']);
});

test('one who has stopped says nothing any more', () => {
  const { keeper, lost } = keep(() => Promise.resolve());
  keeper.stop();
  keeper.lose(new Error('too late'));
  expect(lost).toEqual([]);
});
