import { readFileSync } from 'node:fs';

/** A JSON Schema of the document, as far as tests look into one. */
export interface DocumentSchema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly DocumentSchema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: DocumentSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, DocumentSchema>>;
}

interface DocumentParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly schema: DocumentSchema;
}

interface DocumentResponse {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<
    Record<string, { readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }>
  >;
}

/** One call of the document. */
export interface DocumentOperation {
  readonly method: string;
  /** The path template. */
  readonly path: string;
  readonly operationId: string;
  readonly parameters?: readonly DocumentParameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { schema: DocumentSchema } } };
  readonly responses: Readonly<Record<string, DocumentResponse>>;
}

interface OpenApiDocument {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, Omit<DocumentOperation, 'path' | 'method'>>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, DocumentSchema>> };
}

/** docs/openapi.json as it is published: what callers read, and what answers are held against. */
export const openApi = JSON.parse(
  readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8'),
) as OpenApiDocument;

/** Every call of the document. */
export const documentOperations: readonly DocumentOperation[] = Object.entries(openApi.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
    })),
);
