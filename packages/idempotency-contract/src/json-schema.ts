/** A JSON Schema (2020-12), as OpenAPI 3.1 embeds it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A reference to one of the document's schemas, resolvable in the OpenAPI document and by a validator alike. */
export function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}
