import { schemas, type InvalidField, type SchemaName } from '@infra-services/idempotency-contract';
import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { schemaCompiler } from '../../../json-schema/schema-compiler.js';
import { describeErrors } from './describe-errors.js';

/**
 * The contract's schemas, compiled. Two readings of each: `first` stops at the first error and is what every call
 * pays for; `all` names every field, for callers who have something to mend.
 */
export class SchemaRegistry {
  private readonly first = new CompiledSchemas({ allErrors: false });
  private readonly all = new CompiledSchemas({ allErrors: true });

  /**
   * Compiles a schema ahead of its first use, so that no caller waits for that and a mistake shows at start: but for the reading
   * that names every field, for which the first caller with something to mend waits some milliseconds, and no start does.
   */
  prepare(name: SchemaName): void {
    this.first.of(name);
  }

  /** The invalid fields; none if the value is valid. */
  check(name: SchemaName, value: unknown, nameEveryField: boolean): readonly InvalidField[] {
    const first = this.first.of(name);
    if (first(value)) return [];
    const errors = first.errors ?? [];
    // An array that is too long is not gone through; neither is a body too large for its errors to be listed.
    if (!nameEveryField || errors[0]?.keyword === 'maxItems') return describeErrors(errors);
    const all = this.all.of(name);
    all(value);
    return describeErrors(all.errors ?? []);
  }
}

/** One reading of the schemas, each compiled when it is first asked for. */
class CompiledSchemas {
  private compiler: Ajv2020 | undefined;
  private readonly compiled = new Map<SchemaName, ValidateFunction>();

  constructor(private readonly options: { readonly allErrors: boolean }) {}

  of(name: SchemaName): ValidateFunction {
    const known = this.compiled.get(name);
    if (known) return known;
    this.compiler ??= compiler(this.options);
    const validate = this.compiler.compile({ $ref: `contract#/components/schemas/${name}` });
    this.compiled.set(name, validate);
    return validate;
  }
}

function compiler({ allErrors }: { allErrors: boolean }): Ajv2020 {
  const ajv = schemaCompiler({
    allErrors,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    formats: { 'date-time': isTime, base64: isBase64, 'uri-reference': true },
  });
  ajv.addKeyword('components');
  ajv.addSchema({ $id: 'contract', components: { schemas } }, 'contract', false, false);
  return ajv;
}

const time = /^(\d{4}-\d\d-\d\d)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** PostgreSQL has no year 0, which RFC 3339 has, and refuses the whole statement. */
const FIRST_TIME = Date.parse('0001-01-01T00:00:00Z');

/** RFC 3339 with a time zone, and a date that exists: `Date.parse` by itself takes 30 February for 2 March. */
export function isTime(text: string): boolean {
  const date = time.exec(text)?.[1];
  if (date === undefined || !(Date.parse(text) >= FIRST_TIME)) return false;
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}

/** RFC 4648 §4 with padding. Linear in the text, unlike a pattern that groups by four. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
