import { describe, expect, it } from 'vitest';
import { byOrdinal, type NumberedRow } from '../../src/idempotency/persistence/by-ordinal.js';

interface Answer {
  readonly name: string;
  readonly rows: readonly NumberedRow[];
}

describe('rows that say which item they are of', () => {
  it.each([
    {
      rows: [
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ] as const,
      found: ['a', 'b', 'c'],
    },
    {
      rows: [
        [3, 'c'],
        [1, 'a'],
      ] as const,
      found: ['a', undefined, 'c'],
    },
    { rows: [] as const, found: [undefined, undefined, undefined] },
  ])('are found by it, in any order, and who has none: $found', ({ rows, found }) => {
    expect(byOrdinal(3, rows).map((row) => row?.[1])).toEqual(found);
  });

  it.each<Answer>([
    { name: 'none that was given', rows: [[4, 'd']] },
    { name: 'the one before the first', rows: [[0, 'x']] },
    {
      name: 'one that has another',
      rows: [
        [1, 'a'],
        [1, 'a'],
      ],
    },
  ])('tell nobody anything where one is of $name', ({ rows }) => {
    expect(() => byOrdinal(3, rows)).toThrow('that it was not given, or twice for one');
  });
});
