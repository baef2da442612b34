import { headers, operations, type Operation, type ProblemCode } from '@infra-services/idempotency-contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { keyHash, type Logger } from '../logging/logger.js';
import type { CallMetrics, CallSeries } from '../metrics/call-metrics.js';
import { idsOf, traceIdOf } from '../tracing/trace-ids.js';
import type { Span, Tracing } from '../tracing/tracing.js';
import { routePattern } from './route-pattern.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem that the call was answered with. */
    problemCode: ProblemCode | null;
    /** The call's span, where tracing is on. */
    span: Span | null;
  }
}

/** Which calls leave a line. */
export type LoggedCalls = 'all' | 'failed' | 'none';

export interface CallObservers {
  readonly logger: Logger;
  readonly loggedCalls: LoggedCalls;
  readonly metrics: CallMetrics;
  readonly tracing: Tracing | undefined;
}

/** What a call of a route is counted under. */
interface Route {
  readonly operation: string;
  readonly series: CallSeries;
}

/** Longer is no valid key; hashing it would only cost time. */
const MAX_KEY_LENGTH = 255;

/** Every call is timed, and leaves a line and, where tracing is on, a span. */
export function observeCalls(server: FastifyInstance, observers: CallObservers): void {
  const { logger, loggedCalls, metrics, tracing } = observers;
  const routes = routesOf(metrics);
  const elsewhere: Route = { operation: 'other', series: metrics.seriesOf('other') };
  const routeOf = (request: FastifyRequest): Route =>
    routes.get(request.routeOptions.url ?? '')?.get(request.method) ?? elsewhere;

  server.decorateRequest('problemCode', null);
  server.decorateRequest('span', null);
  if (tracing) traceCalls(server, tracing, routeOf);
  server.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request);
    route.series.answered(reply.statusCode, reply.elapsedTime / 1000);
    if (request.problemCode !== null) metrics.problemAnswered(request.problemCode);
    const isLogged = loggedCalls === 'all' || (loggedCalls === 'failed' && reply.statusCode >= 400);
    if (isLogged && logger.isLevelEnabled('info'))
      logger.info(lineOf(request, reply, route.operation), 'call');
    done();
  });
}

/** The trace and span of a call, as far as there are any: for lines about it. */
export function traceOf(request: FastifyRequest): { traceId?: string; spanId?: string } {
  if (request.span) return idsOf(request.span);
  const traceId = traceIdOf(request.headers.traceparent);
  return traceId === undefined ? {} : { traceId };
}

function routesOf(metrics: CallMetrics): ReadonlyMap<string, ReadonlyMap<string, Route>> {
  const routes = new Map<string, Map<string, Route>>();
  for (const operation of Object.values<Operation>(operations)) {
    const { id, method } = operation;
    const url = routePattern(operation);
    const route = { operation: id, series: metrics.seriesOf(id) };
    const methods = routes.get(url) ?? new Map<string, Route>();
    routes.set(url, methods.set(method, route));
    if (method === 'GET') methods.set('HEAD', route);
  }
  return routes;
}

function traceCalls(
  server: FastifyInstance,
  tracing: Tracing,
  routeOf: (request: FastifyRequest) => Route,
): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { operation } = routeOf(request);
    const route = request.routeOptions.url;
    const span = tracing.startCall(`${request.method} ${route ?? operation}`, request.headers, {
      'http.request.method': request.method,
      'idempotency.operation': operation,
      ...(route === undefined ? {} : { 'http.route': route }),
    });
    request.span = span;
    const { traceId, spanId } = idsOf(span);
    reply.header(headers.traceResponse, `00-${traceId}-${spanId}-${span.isRecording() ? '01' : '00'}`);
    // Also comes for callers that hang up before they are answered.
    reply.raw.once('close', () => {
      endSpan(tracing, span, request, reply);
    });
    done();
  });
  // Reading the body leaves the async context that onRequest had; from here on the handler's work stays in it.
  server.addHook('preHandler', (request, _reply, done) => {
    if (request.span) tracing.within(request.span, done);
    else done();
  });
}

function endSpan(tracing: Tracing, span: Span, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.writableFinished) span.setAttribute('http.response.status_code', reply.statusCode);
  if (request.problemCode !== null) span.setAttribute('error.type', request.problemCode);
  if (reply.statusCode >= 500) tracing.fail(span);
  span.end();
}

function lineOf(request: FastifyRequest, reply: FastifyReply, operation: string): Record<string, unknown> {
  const key = keyOf(request);
  return {
    requestId: request.id,
    ...traceOf(request),
    method: request.method,
    // The pattern and not the URL: a URL has a key in it.
    route: request.routeOptions.url ?? null,
    operation,
    status: reply.statusCode,
    ...(request.problemCode === null ? {} : { code: request.problemCode }),
    ...(key === undefined ? {} : { keyHash: keyHash(key) }),
    ms: Math.round(reply.elapsedTime * 10) / 10,
  };
}

/** The key that a call is about, if it is about one. */
function keyOf(request: FastifyRequest): string | undefined {
  const inPath = (request.params as { key?: unknown } | null)?.key;
  const key = inPath ?? (request.body as { key?: unknown } | null | undefined)?.key;
  return typeof key === 'string' && key.length <= MAX_KEY_LENGTH ? key : undefined;
}
