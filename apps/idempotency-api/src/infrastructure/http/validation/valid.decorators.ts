import type { SchemaName } from '@infra-services/idempotency-contract';
import { fromCall } from '../call-part.decorators.js';
import { validBody, validParams, validQuery } from './valid-parts.js';

/** The body, valid by the schema. Throws INVALID_REQUEST. */
export function ValidBody(schema: SchemaName): ParameterDecorator {
  return fromCall(validBody(schema));
}

/** The path parameters, decoded and valid by the schema. Throws INVALID_REQUEST. */
export function ValidParams(schema: SchemaName): ParameterDecorator {
  return fromCall(validParams(schema));
}

/** The query parameters, converted and valid by the schema. Throws INVALID_REQUEST. */
export function ValidQuery(schema: SchemaName): ParameterDecorator {
  return fromCall(validQuery(schema));
}
