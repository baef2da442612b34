import { expect, test } from 'vitest';
import { faultKinds, planOf, type Fault } from '../src/nemesis/plan.js';

const ROUND = faultKinds.length;

test('the same seed breaks the same things in the same order', () => {
  expect(first(7, 10 * ROUND)).toEqual(first(7, 10 * ROUND));
});

test('another seed breaks other things', () => {
  expect(first(8, ROUND)).not.toEqual(first(7, ROUND));
});

test('every kind of fault comes once in every round', () => {
  const plan = first(7, 3 * ROUND);
  for (const from of [0, ROUND, 2 * ROUND]) {
    const kinds = plan.slice(from, from + ROUND).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual([...faultKinds].sort());
  }
});

function first(seed: number, count: number): Fault[] {
  return planOf(seed).take(count).toArray();
}
