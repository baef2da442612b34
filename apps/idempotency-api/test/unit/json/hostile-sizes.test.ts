import { describe, expect, it } from 'vitest';
import { MAX_OBJECT_MEMBERS } from '../../../src/json/json-limits.js';
import { refusalOf } from './refusal-of.js';

const SIZE = 8 * 1024 * 1024;

/** How long an answer may take. The slowest take a second or two; what is not proportional takes minutes or hours. */
const PATIENCE_MS = 30_000;

describe('8 MiB of anything are answered in time proportional to them', () => {
  it.each<[what: string, kind: 'malformed' | 'refused' | undefined, body: () => Buffer]>([
    ['opening brackets', 'refused', () => repeated('', '[', '')],
    ['nested objects', 'refused', () => repeated('', '{"a":', '')],
    ['closing brackets', 'malformed', () => repeated('', ']', '')],
    ['quotes', 'malformed', () => repeated('', '"', '')],
    ['an open string', 'malformed', () => repeated('"', 'a', '')],
    ['backslashes', 'malformed', () => repeated('"', '\\', '')],
    ['whitespace', 'malformed', () => repeated('', ' ', '')],
    ['minus signs', 'malformed', () => repeated('', '-', '')],
    ['zero bytes', 'malformed', () => Buffer.alloc(SIZE)],
    ['bytes that are not UTF-8', 'malformed', () => Buffer.alloc(SIZE, 0xff)],
    ['digits', 'refused', () => repeated('', '9', '')],
    ['digits behind a point', undefined, () => repeated('0.', '9', '')],
    ['numbers', undefined, () => repeated('[0', ',1', ']')],
    ['numbers that need a second look', undefined, () => repeated('[0', ',1e30', ']')],
    ['empty objects', undefined, () => repeated('[{}', ',{}', ']')],
    ['objects with one large integer-like name', undefined, () => repeated('[{}', ',{"33554430":1}', ']')],
    ['a million names', 'refused', () => named(1_000_000, (index) => index.toString(36))],
    [
      'a million names in ten objects',
      undefined,
      () => inObjects(10, 100_000, (index) => index.toString(36)),
    ],
    [
      'a million names in 10,000 objects',
      undefined,
      () => inObjects(10_000, 100, (index) => index.toString(36)),
    ],
    ['escaped names', undefined, () => inObjects(6, 100_000, (index) => `\\n${index.toString(36)}`)],
    ['integer-like names', undefined, () => inObjects(5, 100_000, (index) => String(index * 7_919))],
    [
      'as many names as may be, the last one twice',
      'refused',
      () => named(MAX_OBJECT_MEMBERS, (index) => String(index % (MAX_OBJECT_MEMBERS - 1))),
    ],
    ['one name, again and again', 'refused', () => repeated('{"a":1', ',"a":1', '}')],
    ['__proto__, again and again', 'refused', () => repeated('{"a":1', ',"__proto__":1', '}')],
    ['one long name twice', 'refused', () => longNameTwice()],
    ['escapes', undefined, () => repeated('"', '\\u0041', '"')],
    ['escaped surrogate pairs', undefined, () => repeated('"', '\\ud83d\\ude00', '"')],
    [
      'escaped surrogate pairs, the last one broken',
      'refused',
      () => repeated('"', '\\ud83d\\ude00', '\\ud800"'),
    ],
    [
      'characters outside the BMP before a name twice',
      'refused',
      () => repeated('{"b":"', '😀', '","a":1,"a":1}'),
    ],
  ])(
    '%s',
    (_what, kind, body) => {
      const refusal = refusalOf(body());

      expect(refusal?.kind).toBe(kind);
      expect(refusal?.pointer.length ?? 0).toBeLessThanOrEqual(1_024);
      expect(refusal?.detail.length ?? 0).toBeLessThan(200);
    },
    PATIENCE_MS,
  );
});

/** `unit` repeated between a start and an end, SIZE bytes or little less. */
function repeated(start: string, unit: string, end: string): Buffer {
  const bytes = Buffer.byteLength(start) + Buffer.byteLength(end);
  return Buffer.from(start + unit.repeat((SIZE - bytes) / Buffer.byteLength(unit)) + end);
}

function named(members: number, name: (index: number) => string): Buffer {
  return Buffer.from(`{${Array.from({ length: members }, (_, index) => `"${name(index)}":1`).join(',')}}`);
}

/** Members of names that occur once each, in objects of the same size. */
function inObjects(objects: number, each: number, name: (index: number) => string): Buffer {
  const texts = Array.from({ length: objects }, (_, object) =>
    named(each, (index) => name(object * each + index)),
  );
  return Buffer.from(`[${texts.join(',')}]`);
}

function longNameTwice(): Buffer {
  const name = 'x'.repeat(SIZE / 2 - 10);
  return Buffer.from(`{"${name}":1,"${name}":2}`);
}
