import type { JsonValue } from '@infra-services/idempotency-contract';
import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH, MAX_OBJECT_MEMBERS, MAX_POINTER_LENGTH } from '../../../src/json/json-limits.js';
import { JsonRefused } from '../../../src/json/json-refused.js';
import { parseStrictJson } from '../../../src/json/parse-strict-json.js';
import { readStrictSource } from '../../../src/json/read-strict-source.js';
import { refusalOf } from './refusal-of.js';

describe('the strict JSON reader lets in', () => {
  // The expected values are written out: JSON.parse is no judge of escaped names, see escaped-names.test.ts.
  it.each<[text: string, value: JsonValue]>([
    ['null', null],
    [' true\r\n', true],
    ['""', ''],
    ['{}', {}],
    ['[[],{}]', [[], {}]],
    ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}', { a: { a: { a: 1 } }, b: [{ a: 1 }, { a: 2 }] }],
    [
      '{"prototype":1,"toJSON":"x","hasOwnProperty":2,"":0}',
      { prototype: 1, toJSON: 'x', hasOwnProperty: 2, '': 0 },
    ],
    ['{"a:b":"{[:]}","\\":":"\\\\","c":"\\u0022:\\u003a"}', { 'a:b': '{[:]}', '":': '\\', c: '"::' }],
    [
      '["\\ud83d\\ude00","\\uD83D\\uDE00","\\\\ud800","😀","\uFEFF"]',
      ['😀', '😀', '\\ud800', '😀', '\uFEFF'],
    ],
    ['["\\"\\\\\\/\\b\\f\\n\\r\\t"]', ['"\\/\b\f\n\r\t']],
    ['{"\\ud83d\\ude00":1}', { '😀': 1 }],
    ['{"__proto":1,"a":"__proto__"}', { __proto: 1, a: '__proto__' }],
    ['[0,-0,0.0,-1.50,9007199254740991,-9007199254740991]', [0, -0, 0, -1.5, 2 ** 53 - 1, 1 - 2 ** 53]],
    ['[1E30,4.50,2e-3,0.000000000000000000000000001,1e-400]', [1e30, 4.5, 0.002, 1e-27, 0]],
    ['[9007199254740993.0,-9007199254740993e0]', [2 ** 53, -(2 ** 53)]],
    ['{"1e30":1e30,"-0":-0,"t":[true,false,null]}', { '1e30': 1e30, '-0': -0, t: [true, false, null] }],
    ['[1.7976931348623157e308]', [Number.MAX_VALUE]],
  ])('%s', (text, value) => {
    expect(parseStrictJson(Buffer.from(text))).toEqual(value);
  });

  it(`${MAX_OBJECT_MEMBERS} members of each of two objects`, () => {
    const most = `{${names(MAX_OBJECT_MEMBERS)}}`;
    const value = JSON.parse(most) as JsonValue;

    expect(parseStrictJson(Buffer.from(most))).toEqual(value);
    expect(parseStrictJson(Buffer.from(`[${most},{"a":${most}}]`))).toEqual([value, { a: value }]);
  });

  it(`${MAX_JSON_DEPTH} levels of nesting`, () => {
    expect(refusalOf('['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH))).toBeNull();
  });

  it('a body that is a view into a larger buffer', () => {
    const surroundings = Buffer.from('{"a":1}{"b":2}{"c":3}');

    expect(parseStrictJson(surroundings.subarray(7, 14))).toStrictEqual({ b: 2 });
  });
});

describe('the strict JSON reader takes for malformed', () => {
  it.each<[what: string, body: Buffer | string]>([
    ['an empty body', ''],
    ['whitespace alone', ' \n'],
    ['a byte order mark', '\uFEFF{}'],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['a byte that UTF-8 never has', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['a surrogate encoded as UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['a character that is cut off', Buffer.from([0x22, 0xe2, 0x82])],
    ['an open object', '{"a":1'],
    ['an open array', '[1'],
    ['an open string', '"a'],
    ['an open escape', '"\\'],
    ['a comma before the end of an object', '{"a":1,}'],
    ['a comma before the end of an array', '[1,]'],
    ['a comma before the first entry', '[,1]'],
    ['no comma', '[1 2]'],
    ['no colon', '{"a" 1}'],
    ['no value', '{"a":}'],
    ['no name', '{:1}'],
    ['a name without quotes', '{a:1}'],
    ['single quotes', "{'a':1}"],
    ['a number as a name', '{1:1}'],
    ['the wrong bracket', '[1}'],
    ['a bracket too many', '{}}'],
    ['two values', '1 2'],
    ['a comment', '/**/1'],
    ['a leading zero', '01'],
    ['a leading plus', '+1'],
    ['a lone minus', '-'],
    ['no digit before the point', '.5'],
    ['no digit behind the point', '1.'],
    ['no exponent', '1e'],
    ['hexadecimal', '0x10'],
    ['NaN', 'NaN'],
    ['an infinity', '-Infinity'],
    ['upper case', 'TRUE'],
    ['half a word', 'nul'],
    ['undefined', 'undefined'],
    ['a newline in a string', '"a\nb"'],
    ['a zero byte in a string', '"\0"'],
    ['an unknown escape', '"\\x41"'],
    ['half a Unicode escape', '"\\u00g1"'],
    ['a space that JSON does not know', '\u00a01'],
  ])('%s', (_what, body) => {
    expect(refusalOf(body)).toMatchObject({ kind: 'malformed', pointer: '' });
  });

  it('says at which byte, and quotes nothing', () => {
    const refusal = refusalOf('{"ключ":"secret" secret}');

    expect(refusal?.detail).toBe('The body is not valid JSON: unexpected character at byte 21.');
  });

  it('says where the text ends too early', () => {
    expect(refusalOf('[1, ')?.detail).toBe('The body is not valid JSON: unexpected end at byte 4.');
  });

  it('names a byte order mark, which nobody sees in an editor', () => {
    expect(refusalOf('\uFEFF{}')?.detail).toContain('byte order mark');
  });
});

describe('the strict JSON reader refuses', () => {
  it.each<[what: string, body: string, pointer: string]>([
    ['two members of one name', '{"a":1,"a":1}', '/a'],
    ['two members of one name, deep inside', '{"x":[0,{"y":{"a":1,"b":2,"a":3}}]}', '/x/1/y/a'],
    ['two members of one name, one escaped', '{"a":1,"\\u0061":2}', '/a'],
    ['two members of one name, colons and escapes around', '{"a":":","b":"\\u003a","a":"::"}', '/a'],
    ['two members whose value is the same object', '{"a":{"b":1},"a":{"b":1}}', '/a'],
    ['two members of the empty name', '{"":1,"":2}', '/'],
    ['two members of an integer-like name', '{"1":1,"0":0,"1":1}', '/1'],
    ['two members of a name a pointer escapes', '{"a/b~c":1,"a/b~c":2}', '/a~1b~0c'],
    ['a member named __proto__', '{"__proto__":{"admin":true}}', '/__proto__'],
    ['a member named __proto__, null', '[{"__proto__":null}]', '/0/__proto__'],
    ['a member named __proto__, escaped', '{"a":{"\\u005f_proto__":1}}', '/a/__proto__'],
    ['a lone high surrogate', '{"a":["x","\\ud800"]}', '/a/1'],
    ['a lone low surrogate', '"\\uDC00x"', ''],
    ['two high surrogates', '["\\ud83d\\ud83d"]', '/0'],
    ['surrogates in the wrong order', '["\\ude00\\ud83d"]', '/0'],
    ['a lone surrogate in a name, at its object', '{"a":{"b":1,"\\ud800":1}}', '/a'],
    ['2^53', '{"id":9007199254740992}', '/id'],
    ['2^53 + 1', '[1,9007199254740993]', '/1'],
    ['−2^53', '-9007199254740992', ''],
    ['an integer of 400 digits', `[${'9'.repeat(400)}]`, '/0'],
    ['a literal that overflows', '{"a":1e400}', '/a'],
    ['a negative literal that overflows', '[[-1E+400]]', '/0/0'],
    ['a fraction that overflows', '[1.8e308]', '/0'],
    ['the first of several problems', '{"a":1e400,"b":{"c":1,"c":2}}', '/a'],
    ['65 levels of arrays', '['.repeat(65) + ']'.repeat(65), '/0'.repeat(64)],
    ['65 levels of objects', '{"a":'.repeat(65) + '1' + '}'.repeat(65), '/a'.repeat(64)],
    ['20,000 levels', '['.repeat(20_000) + ']'.repeat(20_000), '/0'.repeat(64)],
    [
      'two members of one name, behind many objects',
      `[${'{"a":1},'.repeat(200_000)}{"b":1,"b":1}]`,
      '/200000/b',
    ],
    [
      `more than ${MAX_OBJECT_MEMBERS} members`,
      `{"a":[{${names(MAX_OBJECT_MEMBERS)}},{${names(MAX_OBJECT_MEMBERS + 1)}}]}`,
      '/a/1',
    ],
    [
      'nesting behind brackets in strings',
      `{"a":"]]]","b":${'['.repeat(65)}${']'.repeat(65)}}`,
      '/b' + '/0'.repeat(63),
    ],
  ])('%s', (_what, body, pointer) => {
    expect(refusalOf(body)).toMatchObject({ kind: 'refused', pointer });
  });

  it('with a pointer that stays short where names are long, at the nearest ancestor', () => {
    const long = 'x'.repeat(MAX_POINTER_LENGTH);

    expect(refusalOf(`{"a":{"${long}":1,"${long}":2}}`)).toMatchObject({ kind: 'refused', pointer: '/a' });
  });

  it('an integer with advice', () => {
    expect(refusalOf('9007199254740993')?.detail).toContain('send it as a string');
  });
});

describe('what we wrote ourselves', () => {
  it.each([
    ['an integer that others may not send', '[100000000000000000000]'],
    ['an object from before there was a limit', `{${names(MAX_OBJECT_MEMBERS + 1)}}`],
  ])('is read, be it %s', (_what, text) => {
    expect(() => readStrictSource(text)).toThrow(JsonRefused);
    expect(readStrictSource(text, 'us')).toEqual(JSON.parse(text));
  });
});

describe('what the strict JSON reader returns', () => {
  it.each([
    ['the platform’s parser', '{"constructor":{"prototype":{"admin":true}}}'],
    ['our own', '{"constructor":{"prototype":{"\\u0061dmin":true}}}'],
  ])('is plain data, and no other object gained anything: read by %s', (_reader, text) => {
    const value = parseStrictJson(Buffer.from(text));

    expect([Object.prototype, null]).toContain(Object.getPrototypeOf(value));
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
    expect(JSON.stringify(value)).toBe('{"constructor":{"prototype":{"admin":true}}}');
  });
});

/** So many members of different names, without the braces. */
function names(count: number): string {
  return Array.from({ length: count }, (_, index) => `"${index.toString(36)}":0`).join(',');
}
