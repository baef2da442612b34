import type { InvalidField } from '@infra-services/idempotency-contract';
import type { ErrorObject } from 'ajv';

/**
 * Errors named in one answer: enough to mend a body in one go, not enough to make the answer a burden. With pointers
 * at their longest, every character of them escaped as six, an answer stays below 32 KiB.
 */
const MAX_ERRORS = 16;

/** A member's name can be as long as the body; a pointer in an answer need not be. */
const MAX_POINTER_LENGTH = 300;

/** Keywords that only say that another one, reported by itself, has failed. */
const summaries = new Set(['if', 'propertyNames', 'allOf']);

/** The validator's errors as the contract shows them: a pointer, and what must be so. Never a value that was sent. */
export function describeErrors(errors: readonly ErrorObject[]): InvalidField[] {
  const fields = errors.filter((error) => !summaries.has(error.keyword)).map(describe);
  return [...new Map(fields.map((field) => [`${field.pointer} ${field.detail}`, field])).values()].slice(
    0,
    MAX_ERRORS,
  );
}

function describe(error: ErrorObject): InvalidField {
  const pointer = pointerOf(error);
  const detail = detailOf(error);
  if (pointer.length <= MAX_POINTER_LENGTH) return { pointer, detail };
  // Cut within a name it would name another place, or none: it names what holds the member.
  const holder = pointer.slice(0, pointer.lastIndexOf('/', MAX_POINTER_LENGTH));
  return { pointer: holder, detail: `holds a member with a name too long to repeat, which ${detail}` };
}

function pointerOf(error: ErrorObject): string {
  const parameters = error.params as { missingProperty?: string; additionalProperty?: string };
  const member = parameters.missingProperty ?? parameters.additionalProperty ?? error.propertyName;
  return member === undefined ? error.instancePath : `${error.instancePath}/${escapeToken(member)}`;
}

/** RFC 6901 §3. */
function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function detailOf(error: ErrorObject): string {
  switch (error.keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return 'is not a known field';
    case 'false schema':
      return 'is not allowed together with the other fields';
    case 'enum':
      return `must be one of ${(error.params as { allowedValues: unknown[] }).allowedValues.join(', ')}`;
    case 'format':
      return `must be ${(error.params as { format: string }).format === 'base64' ? 'base64 with padding (RFC 4648)' : 'a time (RFC 3339)'}`;
    default:
      return error.message ?? 'is invalid';
  }
}
