import { readFileSync } from 'node:fs';
import { schemas, type SchemaName } from '@infra-services/idempotency-contract';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

interface Content {
  readonly schema: { readonly $ref?: string; readonly type?: string };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}

const text = readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8');
const document = JSON.parse(text) as { paths: Record<string, Record<string, Described>> };
const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));

const ajv = new Ajv2020({
  strictTypes: false,
  strictRequired: false,
  formats: {
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u,
    base64: /^[A-Za-z0-9+/]*={0,2}$/u,
    'uri-reference': /^\/[A-Za-z_/]+$/u,
  },
});
ajv.addKeyword('components');
ajv.addSchema({ $id: 'contract', components: { schemas } }, 'contract', false, false);

function violations(name: SchemaName, value: unknown): readonly ErrorObject[] {
  const validate = ajv.getSchema(`contract#/components/schemas/${name}`);
  if (!validate) throw new Error(`there is no schema ${name}`);
  return validate(value) ? [] : (validate.errors ?? []);
}

const examples = described.flatMap((operation) => [
  ...Object.values(operation.requestBody?.content ?? {}).flatMap((content) =>
    examplesOf(`${operation.operationId} body`, content),
  ),
  ...Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    Object.values(content).flatMap((media) => examplesOf(`${operation.operationId} ${status}`, media)),
  ),
]);

function examplesOf(place: string, { schema, example, examples: named = {} }: Content) {
  const values = example === undefined ? [] : [['', example] as const];
  const others = Object.entries(named).map(([name, { value }]) => [name, value] as const);
  return [...values, ...others].map(([name, value]) => ({ place: `${place} ${name}`.trim(), schema, value }));
}

function schemaName(reference: string): SchemaName {
  return reference.slice('#/components/schemas/'.length) as SchemaName;
}

describe('the examples of docs/openapi.json', () => {
  it.each(examples.filter(({ schema }) => schema.$ref !== undefined))(
    '$place is valid',
    ({ schema, value }) => {
      expect(violations(schemaName(schema.$ref!), value)).toEqual([]);
    },
  );

  it.each(examples.filter(({ schema }) => schema.$ref === undefined))(
    '$place has its type',
    ({ schema, value }) => {
      expect(typeof value).toBe(schema.type);
    },
  );

  it.each(described.filter(({ parameters = [] }) => parameters.length > 0))(
    'of the parameters of $operationId are there and valid',
    ({ operationId, parameters = [] }) => {
      for (const place of ['path', 'query']) {
        const shown = parameters.filter((parameter) => parameter.in === place);
        if (shown.length === 0) continue;
        const names = shown.map((parameter) => parameter.name).sort();
        const schema = parameterSchema(names);
        const value = Object.fromEntries(shown.map(({ name, example }) => [name, example]));
        expect(violations(schema, value), operationId).toEqual([]);
      }
    },
  );

  it.each(
    Object.entries(schemas).flatMap(([name, schema]) =>
      ownExamples(schema).map((value) => ({ name, value })),
    ),
  )('of the schema $name is valid by it', ({ name, value }) => {
    expect(violations(name as SchemaName, value)).toEqual([]);
  });
});

/** The one schema of parameters with these names. */
function parameterSchema(names: readonly string[]): SchemaName {
  const found = Object.entries(schemas).find(([name, schema]) => {
    const { properties } = schema as { properties?: object };
    return (
      /(?:Path|Query)$/u.test(name) &&
      Object.keys(properties ?? {})
        .sort()
        .join() === names.join()
    );
  });
  return found![0] as SchemaName;
}

function ownExamples(schema: object): readonly unknown[] {
  return 'examples' in schema ? (schema.examples as readonly unknown[]) : [];
}
