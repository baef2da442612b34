import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { headers } from '@infra-services/idempotency-contract';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { refuseConnection } from './client-error.js';
import { parseStrictJson } from '../../json/parse-strict-json.js';
import type { ProblemFilter } from './problem.filter.js';

/**
 * A key of 255 characters, each percent-encoded, takes 765; longer ones must reach the validator, which names
 * the field, and not the router, which would say that there is no such path. Node ends headers at 16 KiB.
 */
const MAX_PARAM_LENGTH = 16 * 1024;

/** A request that is not complete by then is not coming: guards against slow senders (Node's own default is 5 min). */
const REQUEST_TIMEOUT_MS = 30_000;

/** Longer than the idle timeout of common balancers (60 s), so that they and not we close idle connections. */
const KEEP_ALIVE_MS = 72_000;

const requestIdPattern = /^[A-Za-z0-9._-]{1,128}$/;

/** Fastify's options: limits, request ids, and what happens to bytes that are not HTTP. */
export function serverOptions(maxBodyBytes: number, filter: ProblemFilter): FastifyServerOptions {
  return {
    bodyLimit: maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, caseSensitive: true },
    genReqId: requestIdOf,
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, request, reply) => {
      void reply.header(headers.requestId, request.id);
      filter.answer(error, request, reply);
    },
  };
}

/** Hooks that every call passes: the strict reader of bodies, the request id on every answer, one line a call. */
export function prepareServer(server: FastifyInstance, logger: Logger): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // Clients that set the content type on every call send it with an empty body on DELETE too.
    if (body.length === 0 && request.method === 'DELETE') {
      done(null, undefined);
      return;
    }
    try {
      done(null, parseStrictJson(body as Buffer));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(headers.requestId, request.id);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const level = reply.statusCode < 400 ? 'debug' : 'info';
    if (logger.isLevelEnabled(level)) {
      logger[level](
        {
          requestId: request.id,
          method: request.method,
          // The pattern and not the URL: a URL has a key in it.
          route: request.routeOptions.url ?? null,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
        },
        'call',
      );
    }
    done();
  });
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}
