import { describe, expect, it, onTestFinished } from 'vitest';
import { slotOf } from '../../src/idempotency/domain/cache-slot.js';
import { CacheLease, Terms } from '../../src/idempotency/replay-cache/cache-lease.js';

const record = { tenant: 'default', namespace: 'n', key: 'k' };
const HOUR_MS = 3_600_000;

describe('the terms of a look at Postgres', () => {
  it('count the time since the question was asked, so that retention can only seem over too early', () => {
    const askedAt = performance.now() - 1_000;
    const terms = new Terms(askedAt, HOUR_MS, []);
    expect(terms.mayHavePassed(new Date(HOUR_MS + 900))).toBe(true);
    expect(terms.mayHavePassed(new Date(HOUR_MS + 60_000))).toBe(false);
  });

  it('know no generation for a slot that Postgres did not name', () => {
    expect(new Terms(0, 0, []).generationOf(record)).toBe(-1);
  });

  it('know the generation of a record by its slot', () => {
    const generations = new Array<number>(256).fill(0).with(slotOf(record), 7);
    expect(new Terms(0, 0, generations).generationOf(record)).toBe(7);
  });
});

describe('the lease', () => {
  it('is not there before the first look', () => {
    const lease = new CacheLease({ leaseMs: 1_000, readTerms: () => new Promise(() => undefined) });
    expect(lease.current()).toBeUndefined();
  });

  it('is not there when Postgres took longer to answer than it lasts', async () => {
    let answered = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const lease = new CacheLease({
      leaseMs: 50,
      readTerms: () =>
        new Promise((resolve) => {
          setTimeout(() => {
            resolve({ at: new Date(), generations: [] });
            answered();
          }, 80);
        }),
    });
    lease.start();
    onTestFinished(() => lease.stop());
    await asked;
    await Promise.resolve();
    expect(lease.current()).toBeUndefined();
  });

  it('runs out when Postgres answers no more', async () => {
    let looks = 0;
    const failing = Promise.withResolvers<undefined>();
    const lease = new CacheLease({
      leaseMs: 60,
      readTerms: () => {
        looks++;
        if (looks === 1) return Promise.resolve({ at: new Date(), generations: [] });
        // The fifth look is more than a lease after the first.
        if (looks === 6) failing.resolve(undefined);
        return Promise.reject(new Error('away'));
      },
    });
    lease.start();
    onTestFinished(() => lease.stop());
    await failing.promise;
    expect(lease.current()).toBeUndefined();
  });
});
