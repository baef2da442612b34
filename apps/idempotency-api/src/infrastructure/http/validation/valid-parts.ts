import type { SchemaName } from '@infra-services/idempotency-contract';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../../../errors/problem.error.js';
import { jsonPointer } from '../../../json/json-pointer.js';
import { SchemaRegistry } from './schema-registry.js';
import { typedQuery } from './typed-query.js';

const registry = new SchemaRegistry();

/** Above this, a body that is invalid is answered with its first error alone: listing all could cost more than it. */
const LIST_ERRORS_UP_TO_BYTES = 64 * 1024;

/** Takes a valid part out of a request. Throws INVALID_REQUEST. */
type ValidPart = (request: FastifyRequest) => unknown;

/** The body, valid by the schema. */
export function validBody(schema: SchemaName): ValidPart {
  registry.prepare(schema);
  return (request) => {
    refuseQuery(request);
    const bytes = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
    return valid(schema, request.body, bytes <= LIST_ERRORS_UP_TO_BYTES);
  };
}

/** The path parameters, decoded and valid by the schema. */
export function validParams(schema: SchemaName): ValidPart {
  registry.prepare(schema);
  return ({ params }) => valid(schema, params, true);
}

/** The query parameters, converted and valid by the schema. */
export function validQuery(schema: SchemaName): ValidPart {
  registry.prepare(schema);
  return ({ query }) => valid(schema, typedQuery(schema, query), true);
}

/** No call with a body has query parameters: one that is there was meant for something, and must not be lost. */
function refuseQuery(request: FastifyRequest): void {
  const [name] = Object.keys(request.query as object);
  if (name === undefined) return;
  throw invalidRequest([{ pointer: jsonPointer([name]), detail: 'is not a known query parameter' }]);
}

function valid(schema: SchemaName, value: unknown, nameEveryField: boolean): unknown {
  const errors = registry.check(schema, value, nameEveryField);
  if (errors.length > 0) throw invalidRequest(errors);
  return value;
}
