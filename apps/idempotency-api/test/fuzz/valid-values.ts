import fc from 'fast-check';
import { openApi, type DocumentSchema } from '../support/openapi-document.js';

/** Few of each, so that calls meet at the same records and some hold them. */
const keys = ['k1', 'k2', 'k3', 'order/17 ~%', '__proto__'];
const claimTokens = [1, 2, 3].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);

/** Members whose values decide whether calls meet, or how long they take. By name, in bodies and in paths alike. */
const chosen: Readonly<Record<string, readonly unknown[]>> = {
  key: keys,
  namespace: ['default', 'default', 'n.1'],
  claimToken: claimTokens,
  // Longer waits are shown in test/waiting; here they would only make the run longer.
  waitMs: [0, 1, 5],
  // Long, so that records are met held, and short, so that they are met when their lease is over.
  leaseMs: [100, 100, 60_000],
};

/** Values that a schema of the document allows. Where members depend on each other it may allow too much. */
export function validValue(schema: DocumentSchema, name?: string): fc.Arbitrary<unknown> {
  const values = valueOf(schema);
  const some = name === undefined ? undefined : chosen[name];
  if (!some) return values;
  const picked = fc.constantFrom(...some);
  return name === 'waitMs'
    ? picked
    : fc.oneof({ weight: 9, arbitrary: picked }, { weight: 1, arbitrary: values });
}

function valueOf(schema: DocumentSchema): fc.Arbitrary<unknown> {
  if (schema.$ref) return valueOf(referred(schema.$ref));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valueOf));
  switch (schema.type) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return integerOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      });
    case 'object':
      return schema.properties ? objectOf(schema) : fieldsOfOutcome;
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function objectOf({ properties = {}, required = [] }: DocumentSchema): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(
    ([name, schema]) => [name, validValue(schema, name)] as const,
  );
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required], noNullPrototype: true });
}

/** The one object of the document whose members are not named: an outcome's header fields. */
const fieldsOfOutcome = fc.dictionary(
  fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/),
  fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,12}$/),
  { maxKeys: 3, noNullPrototype: true },
);

function textOf(schema: DocumentSchema): fc.Arbitrary<string> {
  if (schema.format === 'date-time')
    return fc.constantFrom('2026-11-21T09:30:00Z', '2026-11-21T09:30:00+01:00');
  if (schema.format === 'base64') return fc.base64String();
  const pattern = new RegExp(schema.pattern ?? '^.*$');
  // fast-check makes strings from a pattern, except for its look-ahead; what that refuses is dropped.
  const generated = new RegExp(pattern.source.replace('(?!\\.{1,2}$)', ''));
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  return fc
    .stringMatching(generated)
    .filter((text) => pattern.test(text) && text.length >= minLength && text.length <= maxLength);
}

function integerOf({ minimum = -(2 ** 31), maximum = 2 ** 31 }: DocumentSchema): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(minimum, maximum), fc.integer({ min: minimum, max: maximum }));
}

function referred(reference: string): DocumentSchema {
  const schema = openApi.components.schemas[reference.replace('#/components/schemas/', '')];
  if (!schema) throw new Error(`${reference} leads nowhere`);
  return schema;
}
