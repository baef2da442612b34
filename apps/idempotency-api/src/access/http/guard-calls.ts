import { headers, operations, type Operation } from '@infra-services/idempotency-contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../../errors/problem.error.js';
import { routePattern } from '../../infrastructure/http/route-pattern.js';
import type { Authenticator } from '../authenticator.js';
import type { Caller } from '../caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; there on every operation that wants a token, as the guard has let nobody else pass. */
    caller: Caller;
  }
}

/** What the guard asks at each call, and tells. */
export interface Guard {
  readonly authenticator: Authenticator;
  /** Throws RATE_LIMITED. */
  admit(tenant: string): void;
  onRefused(reason: 'unauthenticated' | 'forbidden'): void;
}

interface GuardedRoute {
  readonly operation: Operation;
  readonly isRated: boolean;
}

const CHALLENGE = 'Bearer realm="idempotency-api"';

/** By the router's pattern, then by method. */
const routes = new Map<string, Map<string, GuardedRoute>>();
for (const operation of Object.values<Operation>(operations)) {
  const url = routePattern(operation);
  const route = { operation, isRated: operation.problems.includes('RATE_LIMITED') };
  const methods = routes.get(url) ?? new Map<string, GuardedRoute>();
  methods.set(operation.method, route);
  if (operation.method === 'GET') methods.set('HEAD', route);
  routes.set(url, methods);
}

/**
 * Lets nobody pass who lacks the token or the scope that an operation wants. It decides before the body is read, so
 * that a stranger cannot make the service read one.
 */
export function guardCalls(server: FastifyInstance, guard: Guard): void {
  server.decorateRequest('caller');
  server.addHook('onRequest', (request, reply, done) => {
    try {
      check(request, reply, guard);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

function check(request: FastifyRequest, reply: FastifyReply, guard: Guard): void {
  const { url } = request.routeOptions;
  // Nothing is there, or only documents.
  if (url === undefined || isReadableDocument(url)) return;
  const route = routes.get(url)?.get(request.method);
  if (route?.operation.scopes.length === 0) return;
  const caller = guard.authenticator.authenticate(onlyCredential(request));
  if (typeof caller === 'string') {
    guard.onRefused('unauthenticated');
    reply.header(
      headers.wwwAuthenticate,
      caller === 'missing' ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`,
    );
    throw new ProblemError('UNAUTHENTICATED');
  }
  // A route that the contract does not have is nobody's.
  const scopes = route?.operation.scopes ?? [];
  if (!caller.mayUse(scopes)) {
    guard.onRefused('forbidden');
    reply.header(
      headers.wwwAuthenticate,
      `${CHALLENGE}, error="insufficient_scope", scope="${scopes.join(' ')}"`,
    );
    throw new ProblemError('FORBIDDEN', `The call wants the scope ${scopes.join(' or ')}.`);
  }
  if (route?.isRated) guard.admit(caller.payer);
  request.caller = caller;
}

/** The page at /docs and its files: the contract for people, the same for everybody. */
function isReadableDocument(url: string): boolean {
  return url === '/docs' || url.startsWith('/docs/');
}

/** The credential. Of two, Node keeps one and a proxy may have judged the other: then it is none that we know. */
function onlyCredential({ headers: fields, raw }: FastifyRequest): string | undefined {
  if (fields.authorization === undefined) return undefined;
  const given = raw.rawHeaders.filter(
    // Names and values take turns.
    (field, index) => index % 2 === 0 && field.toLowerCase() === 'authorization',
  );
  return given.length === 1 ? fields.authorization : '';
}
