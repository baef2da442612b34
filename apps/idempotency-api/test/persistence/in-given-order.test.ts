import { describe, expect, it } from 'vitest';
import { inGivenOrder, type RowOfRecord } from '../../src/idempotency/persistence/in-given-order.js';

const items = ['a', 'b', 'c', 'd'].map((identity) => ({ identity }));

function rowOf(identity: string): RowOfRecord {
  return [identity, `of ${identity}`];
}

describe('rows in the order of the items that a statement was given', () => {
  it.each([
    { answered: ['a', 'b', 'c', 'd'] },
    { answered: ['a', 'c'] },
    { answered: ['d'] },
    { answered: [] },
  ])('finds whose each one is, and who has none: $answered', ({ answered }) => {
    const rows = answered.map(rowOf);
    expect(inGivenOrder(items, rows)).toEqual(
      items.map(({ identity }) => (answered.includes(identity) ? rowOf(identity) : undefined)),
    );
  });

  it.each([
    { name: 'in another order', rows: [rowOf('b'), rowOf('a')] },
    { name: 'of a record that nobody asked for', rows: [rowOf('a'), rowOf('x')] },
    { name: 'twice', rows: [rowOf('a'), rowOf('a')] },
  ])('tells nobody anything from a row $name', ({ rows }) => {
    expect(() => inGivenOrder(items, rows)).toThrow('in another order than it was given');
  });
});
