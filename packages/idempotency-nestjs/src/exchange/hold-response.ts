import type { ServerResponse } from 'node:http';
import { HeldResponse } from '@infra-services/idempotency-middleware';

/**
 * Holds the response back. Text goes to `end` as bytes: the core takes a text without an encoding for the name of one,
 * and Fastify's replies and Express' redirects end in just that.
 */
export function holdResponse(response: ServerResponse, maxBodyBytes: number): HeldResponse {
  const held = new HeldResponse(response, maxBodyBytes);
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = (chunk?: unknown, ...rest: unknown[]): ServerResponse =>
    typeof chunk === 'string' ? end(Buffer.from(chunk, encodingOf(rest)), ...rest) : end(chunk, ...rest);
  return held;
}

function encodingOf([encoding]: unknown[]): BufferEncoding | undefined {
  return typeof encoding === 'string' ? (encoding as BufferEncoding) : undefined;
}
