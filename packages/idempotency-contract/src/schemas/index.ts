import type { JsonSchema } from '../json-schema.js';
import { outcomeSchemas } from './outcome.js';
import { parameterSchemas } from './parameters.js';
import { requestSchemas } from './requests.js';
import { responseSchemas } from './responses.js';

/** Every named schema: `components.schemas` of the OpenAPI document, and what the service validates with. */
export const schemas = {
  ...outcomeSchemas,
  ...parameterSchemas,
  ...requestSchemas,
  ...responseSchemas,
} satisfies Record<string, JsonSchema>;

export type SchemaName = keyof typeof schemas;
