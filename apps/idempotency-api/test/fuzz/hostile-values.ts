import fc from 'fast-check';

/** Names that mean something to a runtime, a database or a shell. */
export const hostileNames = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'then',
    '$ref',
    '',
    ' ',
    '0',
    'x',
  ],
  ...['\\u0000', '\\ud800', 'ключ', '🔑', 'key ', 'Key', 'a'.repeat(300)],
];

const nested = (open: string, close: string, depth: number): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** JSON texts, and texts that are nearly JSON: what a value of any field may be replaced with. */
const hostileTexts = [
  // Numbers: of no type, out of every range, not exact as a double.
  ...[
    '1e400',
    '-1e400',
    '-0',
    '0.1',
    '1e-400',
    '9007199254740993',
    '2147483648',
    '-1',
    '9'.repeat(400),
    '01',
  ],
  ...['NaN', 'Infinity', '0x10', '+1', '.5', '1.', '1e'],
  // Text: no characters, halves of characters, what ends a C string or a line.
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\u0000"',
    '"\n"',
    '"\\u202e\\ufeff"',
    '"\\x41"',
    "'x'",
    '"',
  ],
  ...[
    '""',
    '" "',
    '"."',
    '".."',
    '"../../etc/passwd"',
    '"%00"',
    '"${jndi:ldap://x}"',
    '"ﬃ🔑"',
    `"${'a'.repeat(9_000)}"`,
  ],
  ...[`"'; DROP TABLE idempotency_record; --"`, '"{}"', '"true"', '"null"', '"[object Object]"'],
  // Other types, deep ones, and names that are said twice.
  ...['null', 'true', 'false', '[]', '{}', '[null]', '[[[]]]', '{"a":1,"a":2}', '{"a":{"b":1,"\\u0062":2}}'],
  ...['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"x":1}}}', '{"then":1,"toJSON":2}'],
  ...[nested('[', ']', 63), nested('[', ']', 65), nested('[', ']', 5_000), nested('{"a":', '}', 65)],
  ...[
    nested('{"a":', '}', 3_000),
    '[',
    '{',
    '{"a"',
    '{"a":}',
    '[1,]',
    '{"a":1,}',
    'undefined',
    '// x',
    '\ufeff1',
    '',
  ],
];

/** A text in the place of a JSON value. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileTexts) },
  {
    weight: 1,
    arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
  },
  { weight: 1, arbitrary: fc.double().map((number) => String(number)) },
);

/** What is done to a body that would be accepted. `place` chooses among its places, modulo their number. */
type Change =
  | { readonly kind: 'replace'; readonly place: number; readonly text: string }
  | { readonly kind: 'remove'; readonly place: number }
  | { readonly kind: 'add' | 'repeat'; readonly place: number; readonly name: string; readonly text: string };

const place = fc.nat(1_000);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), place, text: hostileText }),
  fc.record({ kind: fc.constant('remove' as const), place }),
  fc.record({
    kind: fc.constant('add' as const),
    place,
    name: fc.constantFrom(...hostileNames),
    text: hostileText,
  }),
  fc.record({ kind: fc.constant('repeat' as const), place, name: fc.constant(''), text: hostileText }),
);

/** Texts of a body one change away from the given valid ones. */
export function nearlyValid(valid: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.tuple(valid, change).map(([body, made]) => changed(body, made));
}

type Path = readonly (string | number)[];

/** Stands where a text goes that JSON.stringify would never write. */
const MARK = '\uE000mark\uE000';

function changed(body: unknown, made: Change): string {
  const copy = structuredClone(body);
  if (made.kind === 'replace' || made.kind === 'remove') {
    const path = pick(
      placesIn(copy, () => true),
      made.place,
    );
    const parent = at(copy, path.slice(0, -1)) as Record<string | number, unknown>;
    const last = path.at(-1);
    if (made.kind === 'replace') {
      if (last === undefined) return made.text;
      define(parent, last, MARK);
      return JSON.stringify(copy).replace(`"${MARK}"`, () => made.text);
    }
    if (last !== undefined) Reflect.deleteProperty(parent, last);
    return JSON.stringify(copy);
  }
  const object = at(copy, pick(placesIn(copy, isObject), made.place)) as Record<string, unknown> | undefined;
  if (!object) return made.text;
  const name = made.kind === 'add' ? made.name : (Object.keys(object)[0] ?? 'key');
  define(object, MARK, MARK);
  return JSON.stringify(copy).replace(`"${MARK}":"${MARK}"`, () => `"${name}":${made.text}`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The paths of all values of a kind within a value, itself included. */
function placesIn(value: unknown, isWanted: (value: unknown) => boolean, path: Path = []): Path[] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, member]) => placesIn(member, isWanted, [...path, name]))
      : [];
  return isWanted(value) ? [path, ...inner] : inner;
}

function pick(paths: readonly Path[], index: number): Path {
  return paths[index % Math.max(1, paths.length)] ?? [];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, step) => (node as Record<string | number, unknown>)[step], value);
}

/** As an own member, whatever the name means to objects. */
function define(object: object, name: string | number, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
