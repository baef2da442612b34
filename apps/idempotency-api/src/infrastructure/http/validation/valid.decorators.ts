import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { SchemaName } from '@infra-services/idempotency-contract';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../../../errors/problem.error.js';
import { jsonPointer } from '../../../json/json-pointer.js';
import { SchemaRegistry } from './schema-registry.js';
import { typedQuery } from './typed-query.js';

const registry = new SchemaRegistry();

/** Above this, a body that is invalid is answered with its first error alone: listing all could cost more than it. */
const LIST_ERRORS_UP_TO_BYTES = 64 * 1024;

/** The body, valid by the schema. Throws INVALID_REQUEST. */
export function ValidBody(schema: SchemaName): ParameterDecorator {
  registry.prepare(schema);
  return bodyOf(schema);
}

/** The path parameters, decoded and valid by the schema. Throws INVALID_REQUEST. */
export function ValidParams(schema: SchemaName): ParameterDecorator {
  registry.prepare(schema);
  return paramsOf(schema);
}

/** The query parameters, converted and valid by the schema. Throws INVALID_REQUEST. */
export function ValidQuery(schema: SchemaName): ParameterDecorator {
  registry.prepare(schema);
  return queryOf(schema);
}

const bodyOf = createParamDecorator((schema: SchemaName, context: ExecutionContext): unknown => {
  const request = requestOf(context);
  refuseQuery(request);
  const bytes = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  return valid(schema, request.body, bytes <= LIST_ERRORS_UP_TO_BYTES);
});

const paramsOf = createParamDecorator((schema: SchemaName, context: ExecutionContext): unknown =>
  valid(schema, requestOf(context).params, true),
);

const queryOf = createParamDecorator((schema: SchemaName, context: ExecutionContext): unknown =>
  valid(schema, typedQuery(schema, requestOf(context).query), true),
);

/** No call with a body has query parameters: one that is there was meant for something, and must not be lost. */
function refuseQuery(request: FastifyRequest): void {
  const [name] = Object.keys(request.query as object);
  if (name === undefined) return;
  throw invalidRequest([{ pointer: jsonPointer([name]), detail: 'is not a known query parameter' }]);
}

function requestOf(context: ExecutionContext): FastifyRequest {
  // As `switchToHttp().getRequest()`, without the object and its three functions that this makes for each parameter.
  return context.getArgByIndex<FastifyRequest>(0);
}

function valid(schema: SchemaName, value: unknown, nameEveryField: boolean): unknown {
  const errors = registry.check(schema, value, nameEveryField);
  if (errors.length > 0) throw invalidRequest(errors);
  return value;
}
