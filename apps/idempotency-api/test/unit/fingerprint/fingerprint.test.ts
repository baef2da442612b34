import type { JsonValue } from '@infra-services/idempotency-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/idempotency/domain/fingerprint.js';
import { MAX_JSON_DEPTH } from '../../../src/json/json-limits.js';
import { parseStrictJson } from '../../../src/json/parse-strict-json.js';
import { arbitraryJson } from '../json/arbitrary-json.js';
import { choices } from '../json/choices.js';
import { respell } from '../json/respell.js';

describe('the fingerprint of a request', () => {
  it('names its algorithm and is the unpadded base64url SHA-256 of the canonical form', () => {
    // The well-known SHA-256 of the two bytes `{}`.
    expect(fingerprintOf({})).toBe('jcs-sha256:RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o');
  });

  it('does not depend on the order of members, on whitespace or on escapes', () => {
    fc.assert(
      fc.property(arbitraryJson, choices, (request, choose) => {
        const respelled = respell(request, choose);

        expect(fingerprintOf(parseStrictJson(Buffer.from(respelled)))).toBe(fingerprintOf(request));
      }),
    );
  });

  it('differs for two requests that differ', () => {
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, (one, other) => {
        fc.pre(!same(one, other));

        expect(fingerprintOf(one)).not.toBe(fingerprintOf(other));
      }),
    );
  });

  it.each<[difference: string, one: JsonValue, other: JsonValue]>([
    ['the order of elements', [1, 2], [2, 1]],
    ['a number and its text', { amount: 1 }, { amount: '1' }],
    ['null and absent', { note: null }, {}],
    ['null and a string', 'null', null],
    ['an empty array and an empty object', [], {}],
    ['two Unicode normal forms of one word', 'p\u00eache', 'pe\u0302che'],
  ])('tells apart: %s', (_difference, one, other) => {
    expect(fingerprintOf(one)).not.toBe(fingerprintOf(other));
  });

  it('takes -0 for 0, as RFC 8785 §3.2.2.3 does', () => {
    expect(fingerprintOf(-0)).toBe(fingerprintOf(0));
  });

  it.each<[what: string, member: JsonValue]>([
    ['a number', 1],
    ['a string', 'x'],
    ['an object', { toJSON: null }],
  ])('takes a member named toJSON for data: %s', (_what, member) => {
    expect(fingerprintOf({ toJSON: member })).not.toBe(fingerprintOf({}));
    expect(fingerprintOf({ toJSON: member })).not.toBe(fingerprintOf(member));
    expect(fingerprintOf([{ toJSON: member }])).not.toBe(fingerprintOf([member]));
  });

  it('reaches as deep as the reader lets requests in', () => {
    const nest = (innermost: string): JsonValue =>
      parseStrictJson(Buffer.from('['.repeat(MAX_JSON_DEPTH) + innermost + ']'.repeat(MAX_JSON_DEPTH)));

    expect(fingerprintOf(nest('1'))).not.toBe(fingerprintOf(nest('2')));
  });

  it.each<[what: string, request: unknown]>([
    ['undefined', undefined],
    ['a lone surrogate', ['\ud800']],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['NaN', { amount: Number.NaN }],
  ])('does not exist for %s', (_what, request) => {
    expect(() => fingerprintOf(request as JsonValue)).toThrow();
  });
});

/** Equality of JSON values without the code under test: sorted members, compared as the platform writes them. */
function same(one: JsonValue, other: JsonValue): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  // A list of pairs, since an object would put integer-like names first whatever the order.
  return [
    'object',
    ...Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name] as JsonValue)]),
  ];
}
