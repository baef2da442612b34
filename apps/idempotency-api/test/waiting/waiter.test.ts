import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreFailure } from '../../src/errors/store-failure.js';
import { ExecutionWaiters, type Waiter } from '../../src/idempotency/waiting/execution-waiters.js';

const key = { tenant: 'default', namespace: 'default', key: 'one' };
const present = new AbortController().signal;

describe('a waiter', () => {
  const opened: Waiter[] = [];
  const waiters = (): ExecutionWaiters =>
    new ExecutionWaiters({ max: 10, pollMs: 10_000, findEnded: () => Promise.resolve([]) });
  const open = (among: ExecutionWaiters): Waiter => {
    const waiter = among.open(key)!;
    opened.push(waiter);
    return waiter;
  };
  afterEach(() => {
    for (const waiter of opened.splice(0)) waiter.close();
  });

  it('hears of an end that comes while it asks', async () => {
    const among = waiters();
    const waiter = open(among);
    waiter.rearm();
    among.wake(key);
    expect(await waiter.wait(10_000, present)).toBe('ended');
  });

  it('does not take an end before its question for one after it', async () => {
    const among = waiters();
    const waiter = open(among);
    among.wake(key);
    waiter.rearm();
    expect(await waiter.wait(1, present)).toBe('timeout');
  });

  it('hears of a shutdown even if an end came first', async () => {
    const among = waiters();
    const waiter = open(among);
    among.wake(key);
    among.drain();
    waiter.rearm();
    expect(await waiter.wait(10, present)).toBe('draining');
  });

  it('does not hear of the end of another record', async () => {
    const among = waiters();
    const waiter = open(among);
    among.wake({ ...key, key: 'other' });
    expect(await waiter.wait(1, present)).toBe('timeout');
  });

  it('does not wait for a caller who has gone already', async () => {
    const waiter = open(waiters());
    expect(await waiter.wait(10_000, AbortSignal.abort())).toBe('gone');
  });

  it.each([
    { how: 'at once, as a broken connection does, asks again', afterMs: 0, told: 'ended' },
    { how: 'after a silence is told so, and does not ask again', afterMs: 600, told: 'unavailable' },
  ])('whose store fails $how', async ({ afterMs, told }) => {
    const failing = async (): Promise<never> => {
      await sleep(afterMs);
      throw new StoreFailure('unavailable', null, undefined);
    };
    const waiter = open(new ExecutionWaiters({ max: 10, pollMs: 10, findEnded: failing }));
    const end = await waiter.wait(10_000, present).catch((error: unknown) => (error as StoreFailure).kind);
    expect(end).toBe(told);
  });

  it('is not opened during a shutdown', () => {
    const among = waiters();
    among.drain();
    expect(among.open(key)).toBeUndefined();
  });

  it('gives its place back once, however often it is closed', () => {
    const among = new ExecutionWaiters({ max: 1, pollMs: 10_000, findEnded: () => Promise.resolve([]) });
    const first = open(among);
    first.close();
    first.close();
    open(among);
    expect(among.open(key)).toBeUndefined();
  });
});
