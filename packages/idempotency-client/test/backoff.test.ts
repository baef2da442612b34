import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from './support/holds.js';
import { backoffDelay, parseRetryAfter } from '../src/index.js';

describe('a pause', () => {
  const policy = { baseDelayMs: 100, maxDelayMs: 5_000 };

  test('is anything from none to a ceiling that doubles up to its limit', () => {
    const ceilings = [1, 2, 3, 6, 7, 1_000].map((attempt) => backoffDelay(attempt, policy, () => 1));
    expect(ceilings).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
    expect(backoffDelay(3, policy, () => 0)).toBe(0);
  });

  test('never exceeds the limit', () => {
    holds(
      fc.property(fc.nat(5_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const delay = backoffDelay(attempt + 1, policy, () => random);
        return delay >= 0 && delay <= policy.maxDelayMs;
      }),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T09:30:00Z');

  test.each([
    ['0', 0],
    ['2', 2_000],
    ['Sat, 21 Nov 2026 09:30:05 GMT', 5_000],
    ['Sat, 21 Nov 2026 09:29:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('%j asks for %j ms', (value, expected) => {
    expect(parseRetryAfter(new Headers({ 'Retry-After': value }), now)).toBe(expected);
  });

  test('absent', () => {
    expect(parseRetryAfter(new Headers(), now)).toBeUndefined();
  });
});
