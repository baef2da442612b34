import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ConformanceRoute } from '@infra-services/middleware-conformance';
import { StreamableFile } from '@nestjs/common';
import { of } from 'rxjs';

export type Reply = Awaited<ReturnType<ConformanceRoute['handle']>>;

/** What Express' response and Fastify's reply have in common, and Node's own below. */
export interface PlatformResponse {
  readonly raw?: ServerResponse;
  status(status: number): this;
  header(name: string, value: string | string[]): this;
  send(body?: unknown): unknown;
}

interface WayToAnswer {
  /** Whether Nest sends what the handler returns. */
  readonly passthrough: boolean;
  readonly answer: (response: PlatformResponse, reply: Reply) => unknown;
}

/** For `@Catch()`: a reply that is thrown. */
export class ThrownReply extends Error {
  constructor(readonly reply: Reply) {
    super('answered by an exception filter');
  }
}

/** Every way in which a handler can answer. */
export const ways = {
  'returned value': {
    passthrough: true,
    answer: (response, reply) => {
      writeHead(response, reply);
      return reply.body instanceof Uint8Array ? new StreamableFile(reply.body) : reply.body;
    },
  },
  observable: {
    passthrough: true,
    answer: (response, reply) => {
      writeHead(response, reply);
      return of(reply.body instanceof Uint8Array ? new StreamableFile(reply.body) : reply.body);
    },
  },
  StreamableFile: {
    passthrough: true,
    answer: (response, reply) => {
      writeHead(response, reply);
      return reply.body === undefined ? undefined : new StreamableFile(Readable.from(halves(reply.body)));
    },
  },
  '@Res() send': { passthrough: false, answer: (response, reply) => void writeReply(response, reply) },
  '@Res() of Node': {
    passthrough: false,
    answer: (response, { status, headers = {}, body }) => {
      const node = response.raw ?? (response as unknown as ServerResponse);
      node.writeHead(status, { ...headers });
      for (const half of halves(body ?? '')) node.write(half);
      node.end();
    },
  },
  'exception filter': {
    passthrough: true,
    answer: (_response, reply) => {
      throw new ThrownReply(reply);
    },
  },
} as const satisfies Record<string, WayToAnswer>;

export type Way = keyof typeof ways;

export function writeReply(response: PlatformResponse, reply: Reply): void {
  writeHead(response, reply);
  response.send(reply.body instanceof Uint8Array ? Buffer.from(reply.body) : reply.body);
}

function writeHead(response: PlatformResponse, { status, headers = {} }: Reply): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
}

function halves(body: string | Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(body as Uint8Array);
  const middle = Math.ceil(bytes.byteLength / 2);
  return [bytes.subarray(0, middle), bytes.subarray(middle)].filter((half) => half.byteLength > 0);
}
