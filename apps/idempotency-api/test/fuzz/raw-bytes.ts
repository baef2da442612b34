import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { contractViolations } from '../support/contract-check.js';
import { documentOperations } from '../support/openapi-document.js';
import { RawSocket, chunkedRequest, rawRequest, type RawAnswer } from '../support/raw-socket.js';
import { call, type Call } from './calls.js';

/** Bytes for one connection, in the parts in which they are written. */
export interface RawSending {
  readonly parts: readonly Buffer[];
}

/** What no client sends: two ways to say where a body ends, none, or a wrong one. */
const framings = [
  ...['content-length: 5\r\ntransfer-encoding: chunked', 'transfer-encoding: chunked\r\ncontent-length: 5'],
  ...[
    'content-length: 1\r\ncontent-length: 2',
    'content-length: -1',
    'content-length: 1e2',
    'content-length: +5',
  ],
  ...[
    `content-length: ${'9'.repeat(30)}`,
    'content-length: 0',
    'content-length: 99999999',
    'content-length:',
  ],
  ...['transfer-encoding: identity', 'transfer-encoding: chunked, chunked', 'transfer-encoding : chunked'],
  ...[
    'transfer-encoding: xchunked',
    'transfer-encoding:\tchunked',
    'Transfer-Encoding: gzip, chunked',
    'te: trailers',
  ],
  ...[
    'upgrade: h2c\r\nconnection: upgrade',
    'connection: close',
    'host: b',
    'x: a\r\n b',
    'x: \0',
    `x: ${'a'.repeat(17_000)}`,
  ],
];

const bodyBytes = (raw: string | undefined): string => raw ?? '';

/** A call as bytes: as it is, with its body in chunks, or with a framing of its own. */
const requestBytes: fc.Arbitrary<Buffer> = fc
  .tuple(call, fc.option(fc.constantFrom(...framings), { freq: 2 }), fc.boolean())
  .map(([{ method, path, raw }, framing, inChunks]: [Call, string | null, boolean]) => {
    if (framing !== null) {
      const head = `${method} ${path} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`;
      return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(bodyBytes(raw))]);
    }
    if (inChunks && method === 'POST') return chunkedRequest(path, bodyBytes(raw));
    const head = rawRequest(method, path, '', {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(bodyBytes(raw))),
    });
    return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(bodyBytes(raw))]);
  });

/** Requests behind each other on one connection. */
const pipeline = fc
  .array(requestBytes, { minLength: 1, maxLength: 4 })
  .map((requests) => Buffer.concat(requests));

/** Positions are parts of the whole, in thousandths, so that they fit any length. */
const position = fc.nat(1_000);

const damaged: fc.Arbitrary<Buffer> = fc.oneof(
  fc.tuple(pipeline, position).map(([bytes, end]) => bytes.subarray(0, offset(bytes, end))),
  fc
    .tuple(pipeline, position, fc.uint8Array({ minLength: 1, maxLength: 8 }))
    .map(([bytes, where, inserted]) => {
      const index = offset(bytes, where);
      return Buffer.concat([bytes.subarray(0, index), inserted, bytes.subarray(index)]);
    }),
  fc.tuple(pipeline, position, fc.integer({ min: 1, max: 255 })).map(([bytes, where, flipped]) => {
    const copy = Buffer.from(bytes);
    const index = Math.min(offset(bytes, where), bytes.length - 1);
    copy.writeUInt8(copy.readUInt8(index) ^ flipped, index);
    return copy;
  }),
  fc.tuple(pipeline, position, position).map(([bytes, one, other]) => {
    const [from, to] = [offset(bytes, one), offset(bytes, other)].sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

/** Bytes at the socket: whole and damaged requests, pipelined, in one part or slowly in several. */
export const rawSending: fc.Arbitrary<RawSending> = fc
  .tuple(fc.oneof(pipeline, damaged), fc.array(position, { maxLength: 3 }))
  .map(([bytes, cuts]) => {
    const ends = [...cuts.map((cut) => offset(bytes, cut)), bytes.length].sort((a, b) => a - b);
    return { parts: ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)) };
  });

function offset(bytes: Buffer, thousandths: number): number {
  return Math.floor((bytes.length * thousandths) / 1_000);
}

/**
 * Sends bytes and says that no more are coming; the statuses of what is answered. Throws on an answer that breaks the
 * document, and where the service does not hang up within the patience.
 */
export async function sendRaw(url: string, { parts }: RawSending, patienceMs: number): Promise<number[]> {
  const socket = await RawSocket.open(url);
  const patience = new AbortController();
  const answers = Promise.race([
    exchange(socket, parts),
    sleep(patienceMs, undefined, { signal: patience.signal }).then(() => {
      throw new Error(`no end after ${patienceMs} ms`);
    }),
  ]);
  try {
    const met = await answers;
    const wrong = met.flatMap(violationsOf);
    if (wrong.length > 0) throw new Error(`${wrong.join('; ')}\n${JSON.stringify(met)}`);
    return met.map(({ status }) => status);
  } finally {
    patience.abort();
    await socket.drop();
  }
}

async function exchange(socket: RawSocket, parts: readonly Buffer[]): Promise<RawAnswer[]> {
  for (const part of parts) {
    await socket.write(part);
    // The service reads what is there before it gets the next part.
    await new Promise(setImmediate);
  }
  socket.end();
  return socket.rest();
}

function violationsOf({ status, headers, text }: RawAnswer): string[] {
  if (status === 100) return [];
  if (status >= 500 && status !== 503) return [`${status}`];
  const body: unknown = headers['content-type']?.includes('json') ? JSON.parse(text) : text;
  if (status >= 400) return contractViolations('', '', { status, headers, body });
  // Which of the pipelined requests it answers cannot be told from damaged bytes: it has to be an answer of some call.
  const perCall = documentOperations
    .filter(({ responses }) => status in responses)
    .map(({ method, path }) => contractViolations(method, path, { status, headers, body }));
  return perCall.some((violations) => violations.length === 0)
    ? []
    : (perCall[0] ?? [`${status} of no call`]);
}
