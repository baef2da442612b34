import type { Operation } from '@infra-services/idempotency-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Takes one argument of a controller's method out of a call. Throws `ProblemError`. */
export type CallPart = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** What decorators say of a controller's method: how a call reaches it, and its result the caller. */
export interface Implementation {
  operation?: Operation;
  /** Of the answer; absent where the result is a value that Fastify writes as JSON. */
  contentType?: string;
  /** One for each argument, in their order. */
  readonly parts: CallPart[];
}

/** By the prototype of the controller's class, then by the method's name. */
const implementations = new WeakMap<object, Map<string | symbol, Implementation>>();

/** What is said of a method so far, for decorators to add to. */
export function implementationOf(prototype: object, method: string | symbol): Implementation {
  const methods = implementations.get(prototype) ?? new Map<string | symbol, Implementation>();
  implementations.set(prototype, methods);
  const said = methods.get(method) ?? { parts: [] };
  methods.set(method, said);
  return said;
}

/** All that is said of a controller, by method. */
export function implementationsOf(
  controller: object,
): ReadonlyMap<string | symbol, Readonly<Implementation>> {
  return implementations.get(Object.getPrototypeOf(controller) as object) ?? new Map();
}
