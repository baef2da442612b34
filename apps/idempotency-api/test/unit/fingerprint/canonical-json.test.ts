import type { JsonValue } from '@infra-services/idempotency-contract';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/json/canonical-json.js';

/** Names that objects keep in another order, take for something else, or that sort or are written in a way of their own. */
const name = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toJSON',
    'length',
    '',
    '0',
    '10',
    '9',
    '01',
    '-1',
    '\\ud800',
    '"',
    '\u007f',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const member = fc.oneof(
  fc.constantFrom(-0, 1e21, 1e-7, 0.1, 5e-324, 2 ** 53, '\\ud800', '\u2028', '\u0000', '😀', ''),
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

/** As a parser makes it: `__proto__` is a member like any other. */
function parsed(members: readonly (readonly [string, unknown])[]): JsonValue {
  const object = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of members) object[key] = value;
  return JSON.parse(JSON.stringify(object)) as JsonValue;
}

describe('the canonical form', () => {
  it('of an object with no other in it is what the library writes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, member)), (members) => {
        const value = parsed(members);
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 5_000 },
    );
  });

  it('of any other value is, too', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value as JsonValue)).toBe(canonicalize(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    { what: 'NaN', value: { a: NaN } },
    { what: 'an infinity', value: { a: -Infinity } },
    { what: 'a lone surrogate', value: { a: '\ud800' } },
    { what: 'a lone surrogate in a name', value: { '\udead': 1 } },
  ])('does not exist of $what', ({ value }) => {
    expect(() => canonicalJson(value)).toThrow('not allowed');
  });
});
