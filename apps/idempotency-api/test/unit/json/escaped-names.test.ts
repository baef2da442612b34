import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../../src/json/parse-strict-json.js';
import { refusalOf } from './refusal-of.js';

/**
 * What was wrong: the round-trip property failed about once in a thousand runs. V8 of Node.js 24 (13.6; nodejs/node#63785)
 * remembers the shapes of objects it has read and compares an escaped name with the remembered one byte by byte, before
 * resolving the escape. Once any text with a name that begins with a backslash was read, a name such as `\"`, `\n` or
 * `\u0061` in the same position was read as that other name.
 *
 * What it meant: one caller could change what the next one's request says, and so its fingerprint; and two members of
 * one name got through, since the value held two different ones.
 *
 * Now: a text that escapes a name does not go to the platform's parser.
 */
describe('an escaped name', () => {
  it.each<[text: string, names: string[]]>([
    ['{"a":1,"\\"":2}', ['a', '"']],
    ['{"a":1,"\\n":2}', ['a', '\n']],
    ['{"a":1,"\\u0062":2}', ['a', 'b']],
    ['{"\\n":2}', ['\n']],
    ['{"y":1,"\\nb":2}', ['y', '\nb']],
  ])('is read as it is written after others were: %s', (text, names) => {
    poison();

    expect(Object.keys(parseStrictJson(Buffer.from(text)) as object)).toEqual(names);
  });

  it('is recognized as the second of its name after others were', () => {
    poison();

    expect(refusalOf('{"a":1,"\\u0061":2}')).toMatchObject({ kind: 'refused', pointer: '/a' });
  });
});

/** Leaves the shapes behind that the names above were mistaken for, as any other part of a process may. */
function poison(): void {
  for (const shape of ['{"a":1,"\\\\":2}', '{"\\\\":2}', '{"y":1,"\\\\n":2}']) {
    JSON.parse(shape);
    parseStrictJson(Buffer.from(shape));
  }
}
