import { describe, expect, it } from 'vitest';
import { OpenClaims } from '../../src/limits/open-claims.js';

/** A claim whose answer the test gives. */
function asked(open: OpenClaims) {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const answered = open.opening({ ask: () => promise, isGranted: (isGranted) => isGranted });
  const answer = async (isGranted: boolean): Promise<void> => {
    resolve(isGranted);
    await answered;
  };
  return { answer };
}

describe('the claims that a tenant opens here', () => {
  it('count from before the store is asked, and no more once it grants nothing', async () => {
    const open = new OpenClaims();
    const [granted, refused] = [asked(open), asked(open)];
    expect(open.more).toBe(2);
    await granted.answer(true);
    expect(open.more).toBe(2);
    await refused.answer(false);
    expect(open.more).toBe(1);
  });

  it('do not count once the store gave no answer', async () => {
    const open = new OpenClaims();
    const claim = { ask: () => Promise.reject(new Error('away')), isGranted: () => true };
    await expect(open.opening(claim)).rejects.toThrow('away');
    expect(open.more).toBe(0);
  });

  it('make room as they end', async () => {
    const open = new OpenClaims();
    await asked(open).answer(true);
    open.ended();
    expect(open.more).toBe(0);
  });

  it('are left to a count that began after their grant, and to no other', async () => {
    const open = new OpenClaims();
    await asked(open).answer(true);
    const underWay = asked(open);
    const counted = open.counting();
    await underWay.answer(true);
    const pending = asked(open);
    counted();
    expect(open.more).toBe(2);
    open.counting()();
    expect(open.more).toBe(1);
    await pending.answer(false);
    expect(open.more).toBe(0);
  });
});
