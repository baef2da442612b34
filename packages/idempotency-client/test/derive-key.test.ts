import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from './support/holds.js';
import { deriveKey, type KeyPart } from '../src/index.js';
import { sha256Hex } from '../src/sha256.js';

const part: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.constantFrom('~', '~1', '1', 'true', 'null', '.', '..', ':', '#', '%', ''),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
);
const parts = fc.array(part, { minLength: 1, maxLength: 6 });

/** Told apart by type and value; JavaScript itself takes -0 for 0. */
const identity = (list: readonly KeyPart[]) =>
  JSON.stringify(list.map((one) => [typeof one, String(one === 0 ? 0 : one)]));

test('the same parts always give the same key', () => {
  expect(deriveKey('order', 'a/b', 1017, 3n, true, null)).toBe('order:a%2Fb:~1017:~3n:~true:~null');
  holds(fc.property(parts, (list) => deriveKey(...list) === deriveKey(...list)));
});

test('other parts give another key', () => {
  expect(deriveKey('a', 'bc')).not.toBe(deriveKey('ab', 'c'));
  expect(deriveKey('1')).not.toBe(deriveKey(1));
  holds(
    fc.property(
      parts,
      parts,
      (a, b) => (identity(a) === identity(b)) === (deriveKey(...a) === deriveKey(...b)),
    ),
    2_000,
  );
});

test('how a list is cut into parts counts', () => {
  holds(
    fc.property(fc.string(), fc.nat(20), fc.nat(20), (text, i, j) => {
      const cut = (at: number) => deriveKey(text.slice(0, at), text.slice(at));
      const [first, second] = [Math.min(i, text.length), Math.min(j, text.length)];
      return (first === second) === (cut(first) === cut(second));
    }),
  );
});

test('a key is 1 to 255 printable ASCII characters, and a path can name it', () => {
  const long = fc.array(part, { minLength: 1, maxLength: 60 });
  holds(
    fc.property(long, (list) => {
      const key = deriveKey(...list);
      return /^[!-~]{1,255}$/.test(key) && key !== '.' && key !== '..';
    }),
  );
});

test('long parts that differ only at their end give other keys of the same legible beginning', () => {
  const [a, b] = [deriveKey('x'.repeat(5_000), 1), deriveKey('x'.repeat(5_000), 2)];
  expect(a).not.toBe(b);
  expect(a).toMatch(/^x{190}#[0-9a-f]{64}$/);
});

describe('what has no key', () => {
  test.each([[[]], [[NaN]], [[Infinity]]])('%j', (list: KeyPart[]) => {
    expect(() => deriveKey(...list)).toThrow(TypeError);
  });

  test('a lone surrogate, which UTF-8 cannot tell from others', () => {
    expect(() => deriveKey('\ud800')).toThrow(URIError);
  });
});

test('SHA-256 is that of the standard', () => {
  holds(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      return sha256Hex(text) === createHash('sha256').update(text).digest('hex');
    }),
  );
  // Around the block's boundary, where the padding takes another block.
  for (let length = 50; length < 130; length += 1)
    expect(sha256Hex('a'.repeat(length))).toBe(createHash('sha256').update('a'.repeat(length)).digest('hex'));
});
