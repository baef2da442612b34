import type { JsonValue } from '@infra-services/idempotency-contract';
import fc from 'fast-check';

/** Well-formed strings of all of Unicode, control characters and the characters JSON escapes included. */
const text = fc.string({ unit: 'binary' });

/** Names that look like something: they are data as any other. `__proto__` alone is not let in. */
const name = fc.oneof(
  text.filter((candidate) => candidate !== '__proto__'),
  fc.constantFrom(
    'toJSON',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'length',
    '',
    '0',
    '10',
    '9',
    ':',
    '"{',
  ),
);

/** Doubles that `JSON.stringify` does not write as an integer beyond ±(2^53 − 1). */
const number = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  // JSON.stringify writes -0 as 0, so it would not come back.
  .map((double) => (Object.is(double, -0) ? 0 : double))
  .filter((double) => Math.abs(double) <= Number.MAX_SAFE_INTEGER || Math.abs(double) >= 1e21);

/** Any value that the strict reader lets in. */
export const arbitraryJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 8, depthSize: 'small' },
    fc.oneof(fc.constantFrom(null, true, false), text, number, fc.maxSafeInteger()),
    fc.array(tie('value')),
    fc.dictionary(name, tie('value'), { noNullPrototype: true }),
  ),
})).value;
