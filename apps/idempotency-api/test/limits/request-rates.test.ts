import { describe, expect, it } from 'vitest';
import { RequestRates } from '../../src/limits/request-rates.js';

const rate = { perSecond: 10, burst: 5 };

/** Rates on a clock that the test moves. */
function atTime(): { rates: RequestRates; pass: (ms: number) => void } {
  let now = 1_000_000;
  return {
    rates: new RequestRates(() => now),
    pass: (ms) => {
      now += ms;
    },
  };
}

describe('a tenant’s rate', () => {
  it('takes a burst, and then one call a tenth of a second', () => {
    const { rates, pass } = atTime();
    const burst = Array.from({ length: 6 }, () => rates.take('a', rate));
    expect(burst).toEqual([0, 0, 0, 0, 0, 100]);
    pass(99);
    expect(rates.take('a', rate)).toBe(1);
    pass(1);
    expect([rates.take('a', rate), rates.take('a', rate)]).toEqual([0, 100]);
  });

  it('saves up no more than a burst, however long the pause', () => {
    const { rates, pass } = atTime();
    rates.take('a', rate);
    pass(3_600_000);
    expect(Array.from({ length: 6 }, () => rates.take('a', rate))).toEqual([0, 0, 0, 0, 0, 100]);
  });

  it('is not used up by calls that were refused', () => {
    const { rates, pass } = atTime();
    for (let call = 0; call < 1_000; call++) rates.take('a', rate);
    pass(100);
    expect(rates.take('a', rate)).toBe(0);
  });

  it('counts a batch as its items, which later calls wait off', () => {
    const { rates, pass } = atTime();
    expect(rates.take('a', rate)).toBe(0);
    rates.charge('a', 99, rate);
    expect(rates.take('a', rate)).toBe(9_600);
    pass(9_600);
    expect(rates.take('a', rate)).toBe(0);
  });

  it('is each tenant’s own', () => {
    const { rates } = atTime();
    for (let call = 0; call < 5; call++) rates.take('a', rate);
    expect([rates.take('a', rate), rates.take('b', rate)]).toEqual([100, 0]);
  });

  it.each([0.5, 1, 3, 250, 10_000])('of %d a second is kept over a minute', (perSecond) => {
    const { rates, pass } = atTime();
    let taken = 0;
    for (let ms = 0; ms < 60_000; ms++) {
      pass(1);
      for (let call = 0; call < 12; call++) taken += rates.take('a', { perSecond, burst: 1 }) === 0 ? 1 : 0;
    }
    expect(taken).toBeLessThanOrEqual(perSecond * 60 + 1);
  });
});
