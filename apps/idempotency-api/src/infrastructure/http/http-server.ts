import type { Server } from 'node:http';
import { headers } from '@infra-services/idempotency-contract';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import { refuseConnection, rememberRequest } from './client-error.js';
import { namesOneHost } from './host-field.js';
import type { LastCalls } from './last-calls.js';
import { Newcomers } from './newcomers.js';
import { ProblemError } from '../../errors/problem.error.js';
import type { ProblemFilter } from './problem.filter.js';
import { requestIdOf } from './request-id.js';

/**
 * A key of 255 characters, each percent-encoded, takes 765; longer ones must reach the validator, which names
 * the field, and not the router, which would say that there is no such path. Node ends headers at 16 KiB.
 */
const MAX_PARAM_LENGTH = 16 * 1024;

/** A request that is not complete by then is not coming: guards against slow senders (Node's own default is 5 min). */
const REQUEST_TIMEOUT_MS = 30_000;

/** Between two looks for requests that are not coming: Node's 30 s would let each of them hold its connection twice as long. */
const REQUEST_LOOK_MS = 1_000;

/** Longer than the idle timeout of common balancers (60 s), so that they and not we close idle connections. */
const KEEP_ALIVE_MS = 72_000;

/** Connections that a last call keeps busy are looked at this often while the server closes. */
const CLOSING_LOOK_MS = 50;

/** Fastify's options: limits of time and heads, request ids, and what happens to bytes that are not HTTP. */
export function serverOptions(filter: ProblemFilter): FastifyHttpOptions<Server> {
  return {
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    // Calls that still arrive on open connections while we stop are answered as ever, and the connection then closed:
    // Fastify's own refusal would be no problem of the contract.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, caseSensitive: true },
    genReqId: requestIdOf,
    clientErrorHandler: refuseConnection,
    // Node would answer without a problem; see the hook below.
    http: { requireHostHeader: false, connectionsCheckingInterval: REQUEST_LOOK_MS },
    frameworkErrors: (error, request, reply) => {
      void reply.header(headers.requestId, request.id);
      filter.answer(error, request, reply);
    },
  };
}

/**
 * Hooks that every call passes: one host, the request id on every answer. While the service drains, each answer is the last one
 * on its connection.
 */
export function prepareServer(server: FastifyInstance, lastCalls: LastCalls): void {
  lastCalls.watch(server.server);
  const newcomers = new Newcomers();
  newcomers.watch(server.server);
  server.server.on('request', rememberRequest);
  // An expectation that is not known may be ignored (RFC 9110 §10.1.1); Node would answer it without a problem.
  server.server.on('checkExpectation', (request, response) =>
    server.server.emit('request', request, response),
  );
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(headers.requestId, request.id);
    if (namesOneHost(request.raw)) {
      done();
      return;
    }
    reply.header('connection', 'close');
    done(new ProblemError('MALFORMED_HTTP', 'An HTTP/1.1 request has exactly one Host field.'));
  });
  // Node closes idle connections once, as it stops listening. One that is in use just then would afterwards be kept
  // alive for its caller's next call, and the service would not end before its deadline.
  server.addHook('preClose', (done) => {
    const look = setInterval(() => {
      server.server.closeIdleConnections();
    }, CLOSING_LOOK_MS);
    server.server.once('close', () => {
      clearInterval(look);
    });
    done();
  });
  // Otherwise the caller would send its next call on a connection that is about to go.
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (lastCalls.isDraining) reply.header('connection', 'close');
    const held = lastCalls.held ?? newcomers.held;
    if (held === undefined) {
      done(null, payload);
      return;
    }
    void held.then(() => {
      done(null, payload);
    });
  });
}
