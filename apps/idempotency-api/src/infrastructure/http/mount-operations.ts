import type { Operation } from '@infra-services/idempotency-contract';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { Answer } from './answer.js';
import { implementationsOf, type CallPart } from './implementation.js';
import { routePattern } from './route-pattern.js';

/** Answers a call whose operation has thrown. */
export type AnswerError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

type ControllerMethod = (...parts: readonly unknown[]) => unknown;

/**
 * Mounts what controllers implement on Fastify's own router. Nest makes the controllers, and could mount them too; but between
 * the router and the method it has guards, pipes and interceptors of which we have none, and their places cost a tenth of a call
 * (docs/adr/0019-operations-on-fastify.md).
 */
export function mountOperations(
  server: FastifyInstance,
  controllers: readonly object[],
  answerError: AnswerError,
): void {
  for (const controller of controllers) {
    for (const [name, { operation, contentType, parts }] of implementationsOf(controller)) {
      if (!operation) throw new Error(`${String(name)} takes parts of a call and implements no operation`);
      const method = (controller as Record<string | symbol, ControllerMethod>)[name]?.bind(controller);
      if (!method) throw new Error(`${String(name)} is not a method`);
      // Keys, and not the length: who forgets a decorator between two others leaves a hole.
      if (Object.keys(parts).length !== method.length) {
        throw new Error(`${String(name)} has an argument that is not taken out of the call`);
      }
      server.route({
        method: operation.method,
        url: routePattern(operation),
        handler: handlerOf(method, parts, { status: statusOf(operation), contentType, answerError }),
      });
    }
  }
}

/** What the operation answers unless its method says otherwise. */
function statusOf({ responses }: Operation): number {
  return Math.max(...Object.keys(responses).map(Number));
}

interface Answering {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly answerError: AnswerError;
}

function handlerOf(
  method: ControllerMethod,
  parts: readonly CallPart[],
  { status, contentType, answerError }: Answering,
): RouteHandlerMethod {
  const answer = (result: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    try {
      send(result, reply);
    } catch (error) {
      answerError(error, request, reply);
    }
  };
  return (request, reply) => {
    if (lacksPart(request.params as Params)) {
      reply.callNotFound();
      return;
    }
    reply.code(status);
    if (contentType !== undefined) reply.header('content-type', contentType);
    try {
      const result = method(...parts.map((part) => part(request, reply)));
      if (!(result instanceof Promise)) {
        answer(result, request, reply);
        return;
      }
      // Not awaited: Fastify would await it once more.
      result.then(
        (value) => {
          answer(value, request, reply);
        },
        (error: unknown) => {
          answerError(error, request, reply);
        },
      );
    } catch (error) {
      answerError(error, request, reply);
    }
  };
}

type Params = Readonly<Record<string, string>>;

/** Fastify's router takes nothing at all for a part of a path; then it is not the path of the contract. */
function lacksPart(params: Params): boolean {
  for (const name in params) if (params[name] === '') return true;
  return false;
}

function send(result: unknown, reply: FastifyReply): void {
  if (result instanceof Answer) {
    reply.code(result.status).headers(result.headers).send(result.body);
  } else {
    reply.send(result);
  }
}
