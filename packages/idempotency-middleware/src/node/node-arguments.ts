import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http';

export type Callback = (error?: Error | null) => void;

/** What follows the chunk in `write` and `end`, each optional: an encoding and a callback. */
export function optionalArguments(args: unknown[]): {
  readonly encoding: BufferEncoding | undefined;
  readonly callback: Callback | undefined;
} {
  const encoding = args.filter((value) => typeof value === 'string').at(-1);
  const callback = args.find((value) => typeof value === 'function');
  return { encoding: encoding as BufferEncoding | undefined, callback: callback as Callback | undefined };
}

/** The header fields of `writeHead` in its three forms: an object, pairs, or names and values in turn. */
export function headerFields(
  fields: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
): ReadonlyMap<string, string | number | readonly string[]> {
  const collected = new Map<string, string | number | readonly string[]>();
  if (fields === undefined) return collected;
  if (!Array.isArray(fields)) {
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) collected.set(name, value);
    return collected;
  }
  const pairs = Array.isArray(fields[0]) ? (fields as unknown as [string, string][]) : inTurn(fields);
  for (const [name, value] of pairs) {
    const former = collected.get(name);
    collected.set(name, former === undefined ? value : [former, value].flat().map(String));
  }
  return collected;
}

function inTurn(fields: OutgoingHttpHeader[]): [string, OutgoingHttpHeader][] {
  const pairs: [string, OutgoingHttpHeader][] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    pairs.push([String(fields[index]), fields[index + 1] ?? '']);
  }
  return pairs;
}
