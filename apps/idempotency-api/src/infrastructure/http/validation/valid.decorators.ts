import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { SchemaName } from '@infra-services/idempotency-contract';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../../../errors/problem.error.js';
import { SchemaRegistry } from './schema-registry.js';

const bodies = new SchemaRegistry(false);
const parameters = new SchemaRegistry(true);

/** Above this, a body that is invalid is answered with its first error alone: listing all could cost more than it. */
const LIST_ERRORS_UP_TO_BYTES = 64 * 1024;

/** The body, valid by the schema. Throws INVALID_REQUEST. */
export function ValidBody(schema: SchemaName): ParameterDecorator {
  bodies.prepare(schema);
  return bodyOf(schema);
}

/** The path parameters, decoded and valid by the schema. Throws INVALID_REQUEST. */
export function ValidParams(schema: SchemaName): ParameterDecorator {
  parameters.prepare(schema);
  return paramsOf(schema);
}

/** The query parameters, converted and valid by the schema. Throws INVALID_REQUEST. */
export function ValidQuery(schema: SchemaName): ParameterDecorator {
  parameters.prepare(schema);
  return queryOf(schema);
}

const bodyOf = createParamDecorator((schema: SchemaName, context: ExecutionContext): unknown => {
  const request = requestOf(context);
  const bytes = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  return valid(bodies, schema, request.body, bytes <= LIST_ERRORS_UP_TO_BYTES);
});

const paramsOf = createParamDecorator((schema: SchemaName, context: ExecutionContext): unknown =>
  valid(parameters, schema, requestOf(context).params, true),
);

const queryOf = createParamDecorator((schema: SchemaName, context: ExecutionContext): unknown =>
  valid(parameters, schema, requestOf(context).query, true),
);

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

function valid(
  registry: SchemaRegistry,
  schema: SchemaName,
  value: unknown,
  nameEveryField: boolean,
): unknown {
  const errors = registry.check(schema, value, nameEveryField);
  if (errors.length > 0) throw invalidRequest(errors);
  return value;
}
