import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { headers, type ProblemCode } from '@infra-services/idempotency-contract';
import { ProblemError } from '../../errors/problem.error.js';
import { problemHeaders, toProblem } from './problem-response.js';
import { newRequestId } from './request-id.js';

/** Node's codes for requests that never became one. */
const codes: Partial<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** The last request of a connection, and the one before it if that was still to be answered. */
interface LastRequests {
  last: ServerResponse;
  before: ServerResponse | undefined;
}

const lastRequests = new WeakMap<Socket, LastRequests>();
const refused = new WeakSet<Socket>();

/** Remembers what a connection asks for, so that a refusal of later bytes does not overtake the answers. */
export function rememberRequest(request: IncomingMessage, response: ServerResponse): void {
  const known = lastRequests.get(request.socket);
  if (!known) {
    lastRequests.set(request.socket, { last: response, before: undefined });
    return;
  }
  known.before = known.last.writableFinished ? undefined : known.last;
  known.last = response;
}

/**
 * Refuses bytes that are not HTTP. Requests which came whole before them are answered first: answers go in order, and
 * a caller that pipelines would take the refusal for the answer to its claim.
 */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (refused.has(socket)) return;
  refused.add(socket);
  const { last, before } = lastRequests.get(socket) ?? {};
  // A request that is not complete is the one that the bytes belong to.
  const owed = last?.req.complete ? last : before;
  if (owed && !owed.writableFinished) {
    owed.once('close', () => {
      hangUp(error, socket);
    });
  } else {
    hangUp(error, socket);
  }
}

/** Answers bytes that are not HTTP with a problem written by hand, as there is no request to reply to, and hangs up. */
function hangUp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const requestId = newRequestId();
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
