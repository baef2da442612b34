import { headers, problemMediaType } from './headers.js';
import { schemaRef, type JsonSchema } from './json-schema.js';
import { operations } from './operations.js';
import { problemsOf, type Operation, type OperationResponse } from './operation.js';
import { problems, problemType, type ProblemCode, type ProblemDefinition } from './problems.js';
import { schemas } from './schemas/index.js';
import type { ProblemDetails } from './problem-details.js';

/** An OpenAPI 3.1 document; plain JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** The document of the whole contract, made from the tables that the service itself runs on. */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of Object.values<Operation>(operations)) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(operation),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Idempotency & Request Deduplication API',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Ask before doing something that must not happen twice: claim a key, and the answer is execute, replay, wait or stop.',
    },
    servers: [{ url: '/' }],
    security: [],
    tags: tags(),
    paths,
    components: { schemas, headers: componentHeaders, securitySchemes },
  };
}

const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of the service’s tokens file (RFC 6750): it says who the tenant is, and for which namespaces and scopes (`execute`, `operate`) it may be used. Not wanted where AUTH_MODE is `off`.',
  },
};

const componentHeaders = {
  RequestId: {
    description: 'Names the call in logs; your own is kept if it is 1–128 of `[A-Za-z0-9._-]`.',
    schema: { type: 'string' },
    example: '01J9Z3W8-checkout',
  },
  RetryAfter: { description: 'Seconds, rounded up.', schema: { type: 'integer' }, example: 1 },
  WwwAuthenticate: {
    description: 'The scheme that is wanted, and what is wrong with the token (RFC 6750 §3).',
    schema: { type: 'string' },
    example: 'Bearer realm="idempotency-api"',
  },
  IdempotentReplayed: { description: '`true` on a replay.', schema: { enum: ['true'] }, example: 'true' },
};

function tags(): { name: string }[] {
  const names = new Set(Object.values<Operation>(operations).map((operation) => operation.tag));
  return [...names].map((name) => ({ name }));
}

function describe(operation: Operation): Record<string, unknown> {
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description ? { description: operation.description } : {}),
    // One requirement a scope: they are alternatives.
    ...(operation.scopes.length > 0
      ? { security: operation.scopes.map((scope) => ({ token: [scope] })) }
      : {}),
    ...parametersOf(operation),
    ...bodyOf(operation),
    responses: { ...successesOf(operation), ...problemResponsesOf(operation) },
  };
}

interface ObjectSchema {
  readonly properties: Readonly<Record<string, JsonSchema & { description?: string; examples?: unknown[] }>>;
  readonly required?: readonly string[];
}

function parametersOf(operation: Operation): { parameters?: unknown[] } {
  const list = [
    ...(operation.params ? parameters('path', schemas[operation.params] as unknown as ObjectSchema) : []),
    ...(operation.query ? parameters('query', schemas[operation.query] as unknown as ObjectSchema) : []),
  ];
  return list.length > 0 ? { parameters: list } : {};
}

function parameters(place: 'path' | 'query', schema: ObjectSchema): unknown[] {
  return Object.entries(schema.properties).map(([name, { description, examples, ...rest }]) => ({
    name,
    in: place,
    required: schema.required?.includes(name) ?? false,
    ...(description ? { description } : {}),
    ...(examples ? { example: examples[0] } : {}),
    schema: rest,
  }));
}

function bodyOf(operation: Operation): { requestBody?: unknown } {
  if (!operation.body) return {};
  const schema: JsonSchema & { examples?: readonly unknown[] } = schemas[operation.body];
  const content = { schema: schemaRef(operation.body), example: schema.examples?.[0] };
  return { requestBody: { required: true, content: { 'application/json': content } } };
}

function successesOf(operation: Operation): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(operation.responses).map(([status, response]) => [
      status,
      {
        description: response.description,
        headers: {
          [headers.requestId]: { $ref: '#/components/headers/RequestId' },
          ...(response.schema === 'ReplayDecision'
            ? { [headers.idempotentReplayed]: { $ref: '#/components/headers/IdempotentReplayed' } }
            : {}),
        },
        ...contentOf(response),
      },
    ]),
  );
}

function contentOf(response: OperationResponse): { content?: unknown } {
  if (!response.schema && !response.mediaType) return {};
  const content = {
    schema: response.schema
      ? schemaRef(response.schema)
      : { type: response.mediaType === 'application/json' ? 'object' : 'string' },
    ...(response.examples
      ? {
          examples: Object.fromEntries(
            Object.entries(response.examples).map(([name, value]) => [name, { value }]),
          ),
        }
      : {}),
  };
  return { content: { [response.mediaType ?? 'application/json']: content } };
}

function problemResponsesOf(operation: Operation): Record<string, unknown> {
  const byStatus = Map.groupBy(problemsOf(operation), (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${problems[code].meaning}`).join('\n\n'),
        headers: {
          [headers.requestId]: { $ref: '#/components/headers/RequestId' },
          ...(codes.some(answersRetryAfter)
            ? { [headers.retryAfter]: { $ref: '#/components/headers/RetryAfter' } }
            : {}),
          ...(codes.includes('UNAUTHENTICATED')
            ? { [headers.wwwAuthenticate]: { $ref: '#/components/headers/WwwAuthenticate' } }
            : {}),
        },
        content: {
          [problemMediaType]: {
            schema: schemaRef('Problem'),
            examples: Object.fromEntries(
              codes.map((code) => [code, { value: exampleProblem(code, operation) }]),
            ),
          },
        },
      },
    ]),
  );
}

function answersRetryAfter(code: ProblemCode): boolean {
  return code === 'CLAIM_IN_PROGRESS' || [429, 503].includes(problems[code].status);
}

function exampleProblem(code: ProblemCode, operation: Operation): ProblemDetails {
  const definition: ProblemDefinition = problems[code];
  return {
    type: problemType(code),
    title: definition.title,
    status: definition.status,
    detail: definition.meaning,
    instance: operation.path.replace('{namespace}', 'payments.charge').replace('{key}', 'order-1017'),
    code,
    retryable: definition.retryable,
    requestId: '01J9Z3W8-checkout',
    ...(answersRetryAfter(code) ? { retryAfterMs: 1_000 } : {}),
    ...(code === 'INVALID_REQUEST'
      ? { errors: [{ pointer: '/leaseMs', detail: 'must be at least 100' }] }
      : {}),
  };
}
