import type { ServerResponse } from 'node:http';
import type { ConformanceRoute } from '@infra-services/middleware-conformance';
import { StreamableFile } from '@nestjs/common';

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

/** The ways in which a handler can answer and Nest lets it go on when the client has gone (answers.test.ts has the others). */
export const ways = {
  'returned value': {
    passthrough: true,
    answer: (response, reply) => {
      writeHead(response, reply);
      return reply.body instanceof Uint8Array ? new StreamableFile(reply.body) : reply.body;
    },
  },
  'injected response': { passthrough: false, answer: writeReply },
  'response of Node': {
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
