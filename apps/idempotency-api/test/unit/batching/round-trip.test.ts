import { describe, expect, it } from 'vitest';
import { RoundTrip } from '../../../src/infrastructure/batching/round-trip.js';

const WINDOW = 64;

describe('the round trip of statements', () => {
  it('is unknown, and so zero, until a window of statements has been seen', () => {
    const roundTrip = new RoundTrip();
    for (let seen = 1; seen < WINDOW; seen++) {
      roundTrip.observe(5, 0);
      expect(roundTrip.ms).toBe(0);
    }
    roundTrip.observe(5, 0);
    expect(roundTrip.ms).toBe(5);
  });

  it('is that of the shortest statement: what is in its way makes one longer, nothing makes one shorter', () => {
    const roundTrip = new RoundTrip();
    observe(roundTrip, 40, { except: 2 });
    expect(roundTrip.ms).toBe(2);
  });

  it('does not count the work on the rows', () => {
    const few = new RoundTrip();
    observe(few, 3, { rows: 25 });
    expect(few.ms).toBeCloseTo(2);
    const many = new RoundTrip();
    observe(many, 3, { rows: 500 });
    expect(many.ms).toBe(0);
  });

  it('is what a statement takes beside the work on its rows', () => {
    const roundTrip = new RoundTrip();
    expect(roundTrip.expectedMs(0)).toBe(0);
    observe(roundTrip, 3);
    expect(roundTrip.expectedMs(0)).toBe(3);
    expect(roundTrip.expectedMs(100)).toBeCloseTo(7);
  });

  it.each([
    [0, 1],
    [0.49, 1],
    [0.5, 2],
    [1.2, 3],
    [20, 41],
  ])('of %f ms makes %i statements worth having on their way at once', (ms, statements) => {
    const roundTrip = new RoundTrip();
    expect(roundTrip.worthAtOnce).toBe(1);
    observe(roundTrip, ms);
    expect(roundTrip.worthAtOnce).toBe(statements);
  });

  it('is shorter at once when the database comes nearer, and longer within two windows when it goes away', () => {
    const roundTrip = new RoundTrip();
    observe(roundTrip, 4);
    roundTrip.observe(1, 0);
    expect(roundTrip.ms).toBe(1);
    observe(roundTrip, 9);
    observe(roundTrip, 9);
    expect(roundTrip.ms).toBe(9);
  });
});

/** A window of statements that all took so long, but for the first one. */
function observe(roundTrip: RoundTrip, ms: number, { except = ms, rows = 0 } = {}): void {
  for (let index = 0; index < WINDOW; index++) roundTrip.observe(index === 0 ? except : ms, rows);
}
