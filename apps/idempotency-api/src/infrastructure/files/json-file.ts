import type { ErrorObject, ValidateFunction } from 'ajv';
import { schemaCompiler } from '../../json-schema/schema-compiler.js';
import { parseStrictJson } from '../../json/parse-strict-json.js';
import { isTime } from '../http/validation/schema-registry.js';
import { FileRefused } from './file-refused.js';

/** A file with a hundred bad entries is one mistake made a hundred times. */
const MAX_ERRORS = 20;

/** A reader of files: what it answers is valid by the schema. All that is wrong is named at once. */
export function jsonFile(schema: object): (bytes: Buffer) => unknown {
  const validate = schemaCompiler({
    allErrors: true,
    verbose: true,
    strictRequired: false,
    formats: { 'date-time': isTime },
  }).compile(schema);
  return (bytes) => {
    const value = parse(bytes);
    if (!validate(value)) throw refusal(describe(validate));
    return value;
  };
}

/** The refusal for faults that are told as `tokens/3/tenant is …`. */
export function refusal(faults: readonly string[]): FileRefused {
  const named = [...new Set(faults)];
  const more = named.length - MAX_ERRORS;
  return new FileRefused(named.slice(0, MAX_ERRORS).join('; ') + (more > 0 ? `; and ${more} more` : ''));
}

function parse(bytes: Buffer): unknown {
  try {
    return parseStrictJson(bytes);
  } catch {
    // Not the error itself: it may point at a place by names that are secrets, in a file whose form is all wrong.
    throw new FileRefused('is not JSON in UTF-8 without members named twice');
  }
}

function describe({ errors }: ValidateFunction): string[] {
  return (errors ?? []).map((error) => `${placeOf(error)} ${ruleOf(error)}`);
}

function placeOf({ instancePath, params }: ErrorObject): string {
  const { missingProperty } = params as { missingProperty?: string };
  const place = missingProperty === undefined ? instancePath : `${instancePath}/${missingProperty}`;
  return place === '' ? 'the file' : place.slice(1);
}

function ruleOf({ keyword, params, parentSchema, message }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties': {
      const known = Object.keys((parentSchema as { properties?: object } | undefined)?.properties ?? {});
      // The unknown name is not repeated: whoever takes the file for a map writes secrets as names.
      return `has a field that is not known${known.length > 0 ? ` (known: ${known.join(', ')})` : ''}`;
    }
    case 'enum':
      return `must be one of ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}`;
    case 'format':
      return 'must be a time (RFC 3339)';
    default:
      return message ?? 'is invalid';
  }
}
