import fc from 'fast-check';
import { expect } from 'vitest';

/** Asserts a property; its message names the seed and the smallest counterexample. */
export function holds<Arguments>(property: fc.IProperty<Arguments>, numRuns = 500): void {
  const result = fc.check(property, { numRuns });
  expect(result.failed, fc.defaultReportMessage(result)).toBe(false);
}
