import fc from 'fast-check';
import type { ApiClient } from '../support/api-client.js';
import { documentOperations, type DocumentOperation } from '../support/openapi-document.js';
import { hostileNames, hostileText, nearlyValid } from './hostile-values.js';
import { validValue } from './valid-values.js';

/** A call that an HTTP client agrees to send. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string | undefined;
}

/** Characters that Node's client takes in a path; the service gets all others from raw bytes. */
const sendable = /^[\x21-\x7e]*$/;

/** Parts of paths: percent-encodings that are none, or of what is no key, and what routers and proxies interpret. */
const hostileSegments = [
  ...[
    '%',
    '%z',
    '%zz',
    '%00',
    '%0a',
    '%2F',
    '%2f..',
    '..',
    '.',
    '%2e',
    '%2e%2e',
    '%ff',
    '%c0%af',
    '%ed%a0%80',
  ],
  ...['%25', '%2525', '', '/', ';a=b', '*', '{key}', '[x]', "'", '"', '<a>', '\\', '|', '^', '__proto__'],
  ...['constructor', 'a'.repeat(300), '%41'.repeat(300), 'a'.repeat(5_000), 'k1%20', 'batch', ':key', '(.*)'],
];

const hostileQueries = [
  ...[
    'waitMs=1&waitMs=2',
    'waitMs=-1',
    'waitMs=1e2',
    'waitMs=',
    'waitMs',
    'limit=0',
    'limit=201',
    'limit=1.0',
  ],
  ...[
    '__proto__=1',
    '__proto__[x]=1',
    'force=TRUE',
    'force=1',
    'force[]=true',
    'x=1',
    '&&&',
    '=',
    '%zz=1',
    '?',
  ],
  ...[
    'cursor=%00',
    'cursor=a',
    'cursor=WyJhIl0',
    'cursor=W10',
    'state=none',
    'createdBefore=now',
    'namespace=%ff',
  ],
  ...['createdBefore=9999-12-31T23:59:59Z', 'createdBefore=0000-01-01T00:00:00Z', 'a=1&'.repeat(1_000), '#'],
];

const segment = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: valid.map((value) => encodeURIComponent(String(value))) },
    { weight: 1, arbitrary: fc.constantFrom(...hostileSegments) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }).map(encodeURIComponent) },
  );

function pathOf({ path, parameters = [] }: DocumentOperation): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const segments = fc.record(
    Object.fromEntries(inPath.map(({ name, schema }) => [name, segment(validValue(schema, name))])),
  );
  const validQuery = fc
    .record(Object.fromEntries(inQuery.map(({ name, schema }) => [name, validValue(schema, name)])), {
      requiredKeys: [],
    })
    .map((members) =>
      Object.entries(members)
        .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
        .join('&'),
    );
  const query = fc.oneof(
    { weight: 8, arbitrary: validQuery },
    { weight: 1, arbitrary: fc.constantFrom(...hostileQueries) },
  );
  return fc.tuple(segments, query).map(([values, search]) => {
    const filled = Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, () => value),
      path,
    );
    return search === '' ? filled : `${filled}?${search}`;
  });
}

/** Bodies by the operation's schema: most are valid, some nearly, some anything. */
function bodyOf({ requestBody }: DocumentOperation): fc.Arbitrary<string | undefined> {
  if (!requestBody)
    return fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: hostileText });
  const valid = validValue(requestBody.content['application/json'].schema);
  return fc.oneof(
    { weight: 6, arbitrary: valid.map((body) => JSON.stringify(body)) },
    { weight: 6, arbitrary: nearlyValid(valid) },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const contentTypes = [
  ...['', 'x', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonx'],
  ...[
    'application/json;charset=utf-16',
    'APPLICATION/JSON',
    'application/json; charset="utf-8"',
    'a/b;'.repeat(500),
  ],
];

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  fc.constantFrom(...contentTypes).map((type) => ({ 'content-type': type })),
  fc.constantFrom('gzip', 'identity', 'br, gzip', 'x').map((coding) => ({ 'content-encoding': coding })),
  fc.constantFrom('a', 'a b', '\u00ff', 'a'.repeat(129), '${jndi:x}').map((id) => ({ 'x-request-id': id })),
  fc.constantFrom('100-continue', 'x').map((expectation) => ({ expect: expectation })),
  fc.constantFrom('text/html', '*/*;q=0', 'a'.repeat(4_000)).map((accept) => ({ accept })),
  fc.constantFrom(1_000, 15_000, 17_000).map((length) => ({ cookie: 'a'.repeat(length) })),
  fc
    .constantFrom(10, 300, 3_000)
    .map((count) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'v']))),
  fc.constantFrom('__proto__', 'constructor', 'host').map((name) => ({ [name]: 'x' })),
);

const methods = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Calls of every operation of the document: valid ones and hostile ones, on few records. */
export const call: fc.Arbitrary<Call> = fc.oneof(
  ...documentOperations
    // Their answers are long, and say nothing about what was sent.
    .filter(({ operationId }) => !['openApi', 'metrics'].includes(operationId))
    .map((operation) =>
      fc.record({
        method: fc.oneof(
          { weight: 40, arbitrary: fc.constant(operation.method) },
          { weight: 1, arbitrary: fc.constantFrom(...methods) },
        ),
        path: fc
          .oneof(
            { weight: 40, arbitrary: pathOf(operation) },
            {
              weight: 1,
              arbitrary: fc.constantFrom(...hostileNames, ...hostileSegments).map((name) => `/${name}`),
            },
          )
          .filter((path) => sendable.test(path)),
        headers: fc.oneof({ weight: 12, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
        raw: bodyOf(operation),
      }),
    ),
);

/** Sends a call; its status. Throws on an answer that breaks the document, and on none within the patience. */
export async function sendCall(
  api: ApiClient,
  { method, path, headers, raw }: Call,
  patienceMs: number,
): Promise<number> {
  const { status, body } = await api.send(method, path, {
    headers,
    signal: AbortSignal.timeout(patienceMs),
    ...(raw === undefined ? {} : { raw }),
  });
  if (status >= 500 && status !== 503) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return status;
}
