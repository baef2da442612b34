import fc from 'fast-check';

/** An endless source of natural numbers for test data that is written rather than generated. */
export const choices: fc.Arbitrary<() => number> = fc
  .infiniteStream(fc.nat())
  .map((stream) => () => (stream.next() as IteratorYieldResult<number>).value);
