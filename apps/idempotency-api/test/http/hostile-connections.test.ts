import { beforeAll, describe, expect, it } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import { contractViolations } from '../support/contract-check.js';
import { everyRow, expectHealthy } from '../support/hostile-calls.js';
import { exchange, problemOf, RawSocket, rawRequest, type RawAnswer } from '../support/raw-socket.js';
import { newKey, useWorld } from '../support/world.js';

const claimBody = JSON.stringify({ key: 'smuggled' });
const claimRequest = rawRequest('POST', '/v1/claims', claimBody);

/** A claim whose head is written by hand. */
function claimWith(...fields: string[]): string {
  const head = ['POST /v1/claims HTTP/1.1', 'host: test', 'content-type: application/json', ...fields];
  return `${head.join('\r\n')}\r\n\r\n`;
}

const notHttp: [what: string, bytes: string | Buffer][] = [
  ['zero bytes', Buffer.alloc(64)],
  ['random bytes', Buffer.from('8f13b7c2e90a55d10d0a0d0a', 'hex')],
  ['a word', 'hello\r\n\r\n'],
  ['a TLS hello', Buffer.from('16030100c8010000c40303'.padEnd(400, '5a'), 'hex')],
  ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP of another version', 'GET /health/live HTTP/3.0\r\nhost: test\r\n\r\n'],
  ['a method nobody knows', rawRequest('FOO', '/v1/claims', claimBody)],
  ['a method in lower case', rawRequest('post', '/v1/claims', claimBody)],
  ['a space in the path', rawRequest('GET', '/v1/records/default/a b')],
  ['a letter beyond ASCII in the path', Buffer.from(rawRequest('GET', '/v1/records/default/é'))],
  ['a line break in the path', rawRequest('GET', '/v1/records/default/a\rb')],
  ['a field without a colon', claimWith('content-length')],
  ['a space before a colon', claimWith(`content-length : ${claimBody.length}`) + claimBody],
  ['a field over two lines', claimWith('x: a', ' b')],
  ['a zero byte in a field', claimWith('x: a\0b')],
  ['a bare carriage return in a field', claimWith('x: a\rb')],
  ['bare line feeds', 'GET /health/live HTTP/1.1\nhost: test\n\n'],
  [
    'no host',
    `POST /v1/claims HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: ${claimBody.length}\r\n\r\n${claimBody}`,
  ],
  ['two hosts', claimWith('Host: other', `content-length: ${claimBody.length}`) + claimBody],
];

/** Two readers of these would disagree on where the request ends. */
const smuggling: [what: string, bytes: string][] = [
  [
    'a length and chunks',
    claimWith('content-length: 5', 'transfer-encoding: chunked') + `0\r\n\r\n${claimRequest}`,
  ],
  [
    'chunks and a length',
    claimWith('transfer-encoding: chunked', 'content-length: 5') + `0\r\n\r\n${claimRequest}`,
  ],
  ['two lengths', claimWith('content-length: 2', `content-length: ${claimBody.length}`) + claimBody],
  ['a list of lengths', claimWith(`content-length: ${claimBody.length}, ${claimBody.length}`) + claimBody],
  ['a length below zero', claimWith('content-length: -1') + claimBody],
  ['a length in hexadecimal', claimWith('content-length: 0x12') + claimBody],
  ['a length with a plus', claimWith(`content-length: +${claimBody.length}`) + claimBody],
  ['a length beyond every number', claimWith(`content-length: ${'9'.repeat(40)}`) + claimBody],
  ['another transfer coding', claimWith('transfer-encoding: xchunked') + `0\r\n\r\n${claimRequest}`],
  [
    'chunks that are not the last coding',
    claimWith('transfer-encoding: chunked, identity') + `0\r\n\r\n${claimRequest}`,
  ],
  [
    'a chunk whose size is no number',
    claimWith('transfer-encoding: chunked') + `zz\r\n${claimBody}\r\n0\r\n\r\n`,
  ],
  [
    'a chunk whose size is too large',
    claimWith('transfer-encoding: chunked') + `fffffffffffffffff\r\n${claimBody}`,
  ],
  ['a chunk longer than it says', claimWith('transfer-encoding: chunked') + `2\r\n${claimBody}\r\n0\r\n\r\n`],
];

const tooLarge: [what: string, bytes: string][] = [
  ['one field of 17 KiB', claimWith(`x: ${'a'.repeat(17 * 1024)}`)],
  ['two thousand fields', claimWith(...Array.from({ length: 2_000 }, (_, index) => `x${index}: a`))],
  ['a path of 17 KiB', rawRequest('GET', `/${'a'.repeat(17 * 1024)}`)],
  ['a field that never ends', `GET / HTTP/1.1\r\nx: ${'a'.repeat(1_000_000)}`],
];

describe('a connection that does not speak HTTP as it should', () => {
  const world = useWorld();
  let before: string[];
  beforeAll(async () => {
    before = await everyRow(world.database);
  });

  it.each<[what: string, bytes: string | Buffer, status: number, code: string]>([
    ...notHttp.map(([what, bytes]): [string, string | Buffer, number, string] => [
      what,
      bytes,
      400,
      'MALFORMED_HTTP',
    ]),
    ...smuggling.map(([what, bytes]): [string, string, number, string] => [
      what,
      bytes,
      400,
      'MALFORMED_HTTP',
    ]),
    ...tooLarge.map(([what, bytes]): [string, string, number, string] => [
      what,
      bytes,
      431,
      'HEADERS_TOO_LARGE',
    ]),
  ])('hears one problem, and is closed: %s', async (_what, bytes, status, code) => {
    const answers = await exchange(world.api.url, bytes);
    expect(answers.map((answer) => [answer.status, problemOf(answer).code])).toEqual([[status, code]]);
    expect(violationsOf(answers[0])).toEqual([]);
    expect(await everyRow(world.database)).toEqual(before);
  });

  it.each([
    ['in the request line', 'POST /v1/cla'],
    ['in the head', claimWith('x: a').slice(0, -4)],
    ['before the body', claimWith(`content-length: ${claimBody.length}`)],
    ['in the body', claimWith(`content-length: ${claimBody.length}`) + claimBody.slice(0, -1)],
    ['in a chunk', claimWith('transfer-encoding: chunked') + `10\r\n${claimBody.slice(0, 8)}`],
    [
      'before the last chunk',
      claimWith('transfer-encoding: chunked') + `${claimBody.length.toString(16)}\r\n${claimBody}\r\n`,
    ],
  ])('that says it is done %s does nothing, and is told so', async (_where, bytes) => {
    const socket = await RawSocket.open(world.api.url);
    await socket.write(bytes);
    socket.end();
    expect((await socket.rest()).map((answer) => problemOf(answer).code)).toEqual(['MALFORMED_HTTP']);
    expect(await everyRow(world.database)).toEqual(before);
  });

  it('that asks to be a tunnel is closed', async () => {
    expect(await exchange(world.api.url, rawRequest('CONNECT', 'example.test:443'))).toEqual([]);
  });

  it('that closes without a word, or after empty lines, leaves nothing behind', async () => {
    for (const bytes of ['', '\r\n\r\n\r\n']) {
      const socket = await RawSocket.open(world.api.url);
      await socket.write(bytes);
      socket.end();
      await socket.rest();
    }
    await expectHealthy(world);
  });
});

describe('a connection that carries several requests', () => {
  const world = useWorld();

  /** A claim that is answered 409 after a while: what follows it could overtake it. */
  const slowClaim = async (): Promise<string> => {
    const { key } = await holdClaim(world.api);
    return rawRequest('POST', '/v1/claims', JSON.stringify({ key, waitMs: 200 }));
  };
  const claim = (key: string): string => rawRequest('POST', '/v1/claims', JSON.stringify({ key }));

  it('is answered in their order', async () => {
    const answers = await exchange(
      world.api.url,
      await slowClaim(),
      claim(newKey()),
      rawRequest('GET', '/v1/nowhere'),
      await slowClaim(),
      rawRequest('GET', '/v1/records/default/%00'),
      rawRequest('GET', '/health/live', '', { connection: 'close' }),
    );
    expect(answers.map((answer) => answer.status)).toEqual([409, 201, 404, 409, 400, 200]);
  });

  it.each([
    ['bytes that are none', 'garbage\r\n\r\n', 400],
    ['a body longer than it said', '{}', 400],
    ['a head that is too large', claimWith(`x: ${'a'.repeat(17 * 1024)}`), 431],
    ['one that breaks off in a chunk', claimWith('transfer-encoding: chunked') + 'zz\r\n', 400],
  ])('hears the answer to each whole one before it hears of %s', async (_what, bytes, status) => {
    const answers = await exchange(world.api.url, claim(newKey()), await slowClaim(), bytes);
    expect(answers.map((answer) => answer.status)).toEqual([201, 409, status]);
  });

  it.each([
    ['malformed', 'application/json', 400],
    ['of another type', 'text/plain', 415],
  ])('does not get one that hides in a body carried out, the body being %s', async (_what, type, status) => {
    const key = newKey();
    const socket = await RawSocket.open(world.api.url);
    await socket.write(rawRequest('POST', '/v1/claims', claim(key), { 'content-type': type }));
    socket.end();
    expect((await socket.rest()).map((answer) => answer.status)).toEqual([status]);
    expect((await world.api.get(key)).status).toBe(404);
  });
});

function violationsOf(answer: RawAnswer | undefined): string[] {
  return answer
    ? contractViolations('GET', '/', { ...answer, body: JSON.parse(answer.text) as unknown })
    : ['no answer'];
}
