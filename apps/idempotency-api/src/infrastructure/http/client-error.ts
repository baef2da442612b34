import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { headers, type ProblemCode } from '@infra-services/idempotency-contract';
import { ProblemError } from '../../errors/problem.error.js';
import { problemHeaders, toProblem } from './problem-response.js';

/** Node's codes for requests that never became one. */
const codes: Partial<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** Answers bytes that are not HTTP with a problem written by hand, as there is no request to reply to, and hangs up. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const requestId = randomUUID();
  const problem = toProblem(new ProblemError(codes[error.code ?? ''] ?? 'MALFORMED_HTTP'), {
    instance: '/',
    requestId,
  });
  const body = JSON.stringify(problem);
  const fields = {
    ...problemHeaders(problem),
    [headers.requestId]: requestId,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${head.join('')}\r\n${body}`);
}
