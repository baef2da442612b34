import { describe, expect, it } from 'vitest';
import { timeText } from '../../src/idempotency/http/time-text.js';

const DAY_MS = 86_400_000;

/** More minutes than it keeps, most of them more than once. */
function timesOfThreeDays(): number[] {
  return Array.from(
    { length: 20_000 },
    (_, index) => 1_795_928_058_000 + ((index * 12_345_677) % (3 * DAY_MS)),
  );
}

describe('a time as text', () => {
  it.each([
    { what: 'about the epoch', times: [-60_001, -1, 0, 1, 999, 1_000, 59_999, 60_000] },
    { what: 'in years beyond four digits', times: [Date.UTC(12_345, 0, 1), -8.64e15, 8.64e15] },
    { what: 'over three days', times: timesOfThreeDays() },
  ])('is that of toISOString, $what', ({ times }) => {
    for (const time of times) expect(timeText(new Date(time))).toBe(new Date(time).toISOString());
  });

  it('is refused of a date that is none', () => {
    expect(() => timeText(new Date(Number.NaN))).toThrow(RangeError);
  });
});
