import { describe, expect, it } from 'vitest';
import { inGivenOrder, type RowOfRecord } from '../../src/idempotency/persistence/in-given-order.js';

const items = ['a', 'b', 'c', 'd'].map((key) => ({ tenant: 'one', namespace: 'default', key }));

function rowOf(key: string, tenant = 'one', namespace = 'default'): RowOfRecord {
  return [tenant, namespace, key, `of ${key}`];
}

describe('rows in the order of the items that a statement was given', () => {
  it.each([
    { answered: ['a', 'b', 'c', 'd'] },
    { answered: ['a', 'c'] },
    { answered: ['d'] },
    { answered: [] },
  ])('finds whose each one is, and who has none: $answered', ({ answered }) => {
    const rows = answered.map((key) => rowOf(key));
    expect(inGivenOrder(items, rows)).toEqual(
      items.map(({ key }) => (answered.includes(key) ? rowOf(key) : undefined)),
    );
  });

  it.each([
    { name: 'in another order', rows: [rowOf('b'), rowOf('a')] },
    { name: 'of a record that nobody asked for', rows: [rowOf('a'), rowOf('x')] },
    { name: 'twice', rows: [rowOf('a'), rowOf('a')] },
    { name: 'of another tenant', rows: [rowOf('a', 'other')] },
    { name: 'of another namespace', rows: [rowOf('a', 'one', 'other')] },
  ])('tells nobody anything from a row $name', ({ rows }) => {
    expect(() => inGivenOrder(items, rows)).toThrow('in another order than it was given');
  });
});
