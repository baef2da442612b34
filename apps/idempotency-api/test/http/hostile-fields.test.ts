import {
  schemas,
  type JsonSchema,
  type ProblemDetails,
  type SchemaName,
} from '@infra-services/idempotency-contract';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  arrangeCall,
  bodyOperations,
  everyRow,
  expectHealthy,
  pointerTo,
  post,
  withValue,
  type AcceptableCall,
} from '../support/hostile-calls.js';
import { useWorld } from '../support/world.js';

type Path = readonly (string | number)[];

/** A field of a request: where it is, and what the contract says of it. */
interface Field {
  readonly path: Path;
  readonly schema: FieldSchema;
}

interface FieldSchema extends JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: false | FieldSchema;
  readonly items?: FieldSchema;
}

/** Two values of each JSON type where one could pass for something else. */
const samples: [type: string, value: unknown][] = [
  ['null', null],
  ['boolean', true],
  ['boolean', false],
  ['number', 0.5],
  ['number', -7.25],
  ['string', ''],
  ['string', '30000'],
  ['array', []],
  ['array', ['block']],
  ['object', {}],
  ['object', { toString: 'x' }],
];

describe('a body that breaks the contract', () => {
  const world = useWorld();

  describe.each(bodyOperations)('sent to $id', (operation) => {
    const fields = fieldsOf([], resolved(schemas[operation.body!]));
    let call: AcceptableCall;
    let before: string[];
    beforeAll(async () => {
      call = await arrangeCall(world, operation);
      before = await everyRow(world.database);
    });

    const refusal = async (body: unknown): Promise<ProblemDetails> => {
      const answer = await post(world, call.path, JSON.stringify(body));
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
      expect(await everyRow(world.database)).toEqual(before);
      return answer.body as ProblemDetails;
    };
    const pointersOf = async (body: unknown): Promise<string[]> =>
      ((await refusal(body)).errors ?? []).map((error) => error.pointer);

    const wrongTypes = fields.flatMap(({ path, schema }) =>
      wrongValues(schema).map((value): [string, string, Path, unknown] => [
        pointerTo(path),
        JSON.stringify(value),
        path,
        value,
      ]),
    );
    it.each(wrongTypes)(
      'is refused at the field, with a value of the wrong type: %s = %s',
      async (pointer, _shown, path, value) => {
        expect(await pointersOf(path.length === 0 ? value : withValue(call.body, path, value))).toContain(
          pointer,
        );
      },
    );

    const required = fields.flatMap(({ path, schema }) =>
      (schema.required ?? []).map((name) => [...path, name]),
    );
    it.each(required.map((path) => [pointerTo(path), path] as const))(
      'is refused at the field that is missing: %s',
      async (pointer, path) => {
        expect(await pointersOf(withValue(call.body, path, undefined))).toContain(pointer);
      },
    );

    const closed = fields.filter(({ schema }) => schema.additionalProperties === false);
    const unknown = [
      'x',
      'Key',
      'constructor',
      'toString',
      'hasOwnProperty',
      '',
      'a/b~c',
      'kéy',
      '\u0000',
      '$ref',
    ];
    it.each(closed.map(({ path }) => [pointerTo(path) || '(top)', path] as const))(
      'is refused at the field that is not known, inside %s',
      async (_where, path) => {
        for (const name of unknown) {
          const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1');
          expect(await pointersOf(withValue(call.body, [...path, name], 1))).toEqual([
            `${pointerTo(path)}/${escaped}`,
          ]);
        }
      },
    );

    it('is refused at a query parameter, as it has none', async () => {
      for (const [query, pointer] of [
        ['waitMs=5', '/waitMs'],
        ['a%2Fb=', '/a~1b'],
        ['__proto__=1', '/__proto__'],
        [`${'n'.repeat(4_000)}=1`, ''],
      ]) {
        const answer = await post(world, `${call.path}?${query}`, JSON.stringify(call.body));
        expect((answer.body as ProblemDetails).errors).toMatchObject([{ pointer }]);
      }
      expect(await everyRow(world.database)).toEqual(before);
    });
  });

  it('never hears back what it said', async () => {
    const secret = 'sk_live_secret';
    const answer = await post(
      world,
      '/v1/claims',
      JSON.stringify({
        key: `${secret}\n`,
        owner: [secret],
        claimToken: secret,
        leaseMs: secret,
        onLeaseExpiry: secret,
      }),
    );
    expect((answer.body as ProblemDetails).errors).toHaveLength(5);
    expect(JSON.stringify(answer.body)).not.toContain(secret);
  });

  it('names every field that has to be mended at once', async () => {
    const answer = await post(
      world,
      '/v1/claims/batch',
      JSON.stringify({ claims: [{ key: '' }, {}, { key: 'k', leaseMs: 1 }] }),
    );
    const pointers = (answer.body as ProblemDetails).errors?.map((error) => error.pointer);
    expect(pointers).toEqual(['/claims/0/key', '/claims/0/key', '/claims/1/key', '/claims/2/leaseMs']);
  });

  it('leaves the service healthy', async () => {
    await expectHealthy(world);
  });
});

/** Every field below a schema, itself first: members, the first of an array's items, one member of a map. */
function fieldsOf(path: Path, schema: FieldSchema): Field[] {
  const map = schema.additionalProperties;
  return [
    { path, schema },
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
      fieldsOf([...path, name], resolved(member)),
    ),
    ...(schema.items ? fieldsOf([...path, 0], resolved(schema.items)) : []),
    ...(map ? fieldsOf([...path, 'location'], resolved(map)) : []),
  ];
}

function resolved(schema: JsonSchema): FieldSchema {
  const reference = schema.$ref as string | undefined;
  return reference === undefined
    ? schema
    : (schemas[reference.split('/').at(-1) as SchemaName] as FieldSchema);
}

/** Values of every JSON type that the field does not take; none where it takes any. */
function wrongValues({ type, enum: allowed }: FieldSchema): unknown[] {
  if (allowed) return samples.map(([, value]) => value);
  if (type === undefined) return [];
  return samples.filter(([sample]) => sample !== type).map(([, value]) => value);
}
