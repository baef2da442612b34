import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FastifyReply } from 'fastify';

/** What `onSend` was given, read up to the limit. */
export interface ReadPayload {
  /** Null where there is more than the limit. */
  readonly bytes: Uint8Array | null;
  /** The same content, for Fastify to send. */
  readonly payload: unknown;
}

/** Reads any payload that Fastify sends: text, bytes, nothing, a stream of Node or of the web, a Response. */
export async function readPayload(
  reply: FastifyReply,
  payload: unknown,
  maxBytes: number,
): Promise<ReadPayload> {
  if (payload instanceof Response) return readPayload(reply, opened(reply, payload), maxBytes);
  const source = streamOf(payload);
  if (source) return readStream(source, maxBytes);
  const bytes = bytesOf(payload);
  return { bytes: bytes.byteLength > maxBytes ? null : bytes, payload };
}

/** What Fastify does with a Response after `onSend`, done before: its status and fields belong to the outcome. */
function opened(reply: FastifyReply, response: Response): unknown {
  reply.code(response.status);
  for (const [name, value] of response.headers) reply.header(name, value);
  return response.body;
}

function bytesOf(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  return typeof payload === 'string' ? Buffer.from(payload) : new Uint8Array();
}

function streamOf(payload: unknown): Readable | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  if (payload instanceof Readable) return payload;
  if ('getReader' in payload) return Readable.fromWeb(payload as ReadableStream);
  // Streams of other making, with `pipe` and events alone.
  return 'pipe' in payload ? new Readable().wrap(payload as unknown as NodeJS.ReadableStream) : undefined;
}

async function readStream(stream: Readable, maxBytes: number): Promise<ReadPayload> {
  const rest = stream.iterator()[Symbol.asyncIterator]() as AsyncIterator<string | Uint8Array>;
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const next = await rest.next();
    if (next.done === true) break;
    const chunk = Buffer.from(next.value);
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > maxBytes) return { bytes: null, payload: Readable.from(continued(chunks, rest)) };
  }
  const bytes = Buffer.concat(chunks, size);
  return { bytes, payload: bytes };
}

async function* continued(
  chunks: readonly Buffer[],
  rest: AsyncIterator<string | Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
  yield* { [Symbol.asyncIterator]: () => rest } as AsyncIterable<Buffer>;
}
