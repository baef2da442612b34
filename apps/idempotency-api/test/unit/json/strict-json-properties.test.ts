import type { JsonValue } from '@infra-services/idempotency-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonRefused } from '../../../src/json/json-refused.js';
import { parseStrictJson } from '../../../src/json/parse-strict-json.js';
import { readStrictSource } from '../../../src/json/read-strict-source.js';
import { arbitraryJson } from './arbitrary-json.js';
import { choices } from './choices.js';
import { refusalOf } from './refusal-of.js';
import { respell } from './respell.js';

/** Pieces of JSON in any order: most texts are malformed, many nearly are not. */
const nearlyJson = fc
  .array(
    fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        ' ',
        '"a"',
        '"\\u0061"',
        '"__proto__"',
        '"a":1',
        '"a":',
        '{"a":1}',
      ],
      ...[
        '"\\ud83d',
        '\\ude00"',
        '"\\ud800"',
        '0',
        '1',
        '-',
        '.5',
        'e1',
        '1e400',
        '9007199254740993',
        'null',
        'tru',
        'é',
      ],
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

/** Valid JSON with one character taken out, put in or replaced. */
const slightlyBroken = fc
  .tuple(
    arbitraryJson,
    fc.nat(),
    fc.nat(1),
    fc.constantFrom('', '"', '{', ']', ',', ':', '\\', '0', '-', 'e', '\n'),
  )
  .map(([value, place, removed, inserted]) => {
    const text = JSON.stringify(value);
    const at = place % (text.length + 1);
    return text.slice(0, at) + inserted + text.slice(at + removed);
  })
  // Cutting a surrogate pair in half cannot be written as UTF-8.
  .filter((text) => text.isWellFormed());

describe('the strict JSON reader', () => {
  it('returns any JSON value as it was', () => {
    fc.assert(
      fc.property(arbitraryJson, (value) => {
        expect(parseStrictJson(Buffer.from(JSON.stringify(value)))).toEqual(value);
      }),
    );
  });

  it('returns it however it is spelled', () => {
    fc.assert(
      fc.property(arbitraryJson, choices, (value, choose) => {
        expect(parseStrictJson(Buffer.from(respell(value, choose)))).toEqual(value);
      }),
    );
  });

  it('refuses an object exactly when a name occurs twice', () => {
    const member = fc.tuple(fc.constantFrom('a', 'b', 'c', ':', '\\', '1'), arbitraryJson);
    fc.assert(
      fc.property(fc.array(member, { maxLength: 5 }), choices, (members, choose) => {
        const text = members
          .map(([name, value]) => `${respell(name, choose)}:${respell(value, choose)}`)
          .join(',');
        const unique = new Set(members.map(([name]) => name)).size === members.length;

        expect(refusalOf(`[{${text}}]`)?.kind).toBe(unique ? undefined : 'refused');
      }),
    );
  });

  it('calls malformed what the platform does not take for JSON, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyJson, slightlyBroken), (text) => {
        const refusal = refusalOf(text);

        // A text may be refused for what comes before the place where it stops being JSON.
        if (refusal?.kind !== 'refused') expect(refusal === null).toBe(isJson(text));
        else expect(refusal.pointer).toMatch(/^(\/.*)?$/su);
      }),
      { numRuns: 3_000 },
    );
  });

  it('answers as if every token had been looked at', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyJson, slightlyBroken), (text) => {
        fc.pre(text !== '');
        expect(answerOf(() => parseStrictJson(Buffer.from(text)))).toEqual(
          answerOf(() => readStrictSource(text)),
        );
      }),
      { numRuns: 3_000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function answerOf(read: () => JsonValue): JsonValue {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof JsonRefused)
      return { kind: error.kind, pointer: error.pointer, detail: error.detail };
    throw error;
  }
}
