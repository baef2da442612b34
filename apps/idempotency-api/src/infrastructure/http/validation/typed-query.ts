import { schemas, type SchemaName } from '@infra-services/idempotency-contract';

interface QuerySchema {
  readonly properties: Readonly<Record<string, { readonly type?: string }>>;
}

/**
 * Query parameters with the types that the schema gives them. What is not written plainly stays text, which the schema
 * then refuses by name: a looser conversion takes `0x10` for 16, and `1e400` for an infinity that no bound catches.
 */
export function typedQuery(name: SchemaName, query: unknown): Record<string, unknown> {
  const { properties } = schemas[name] as unknown as QuerySchema;
  return Object.fromEntries(
    Object.entries(query as Record<string, unknown>).map(([parameter, text]) => [
      parameter,
      typed(Object.hasOwn(properties, parameter) ? properties[parameter]?.type : undefined, text),
    ]),
  );
}

function typed(type: string | undefined, text: unknown): unknown {
  // A parameter that came twice is a list, and stays one.
  if (typeof text !== 'string') return text;
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
