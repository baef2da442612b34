/** What would end or escape a quoted element. */
const special = /["\\]/;

/**
 * A PostgreSQL array literal of texts, null for NULL (documentation of PostgreSQL, "Array Input and Output Syntax").
 * The driver makes the same from a JavaScript array, at several times the cost: it asks each element what it is.
 */
export function textArray(values: readonly (string | null)[]): string {
  let literal = '';
  for (const value of values) {
    literal += literal === '' ? '{' : ',';
    literal += value === null ? 'NULL' : `"${special.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
  }
  return literal === '' ? '{}' : `${literal}}`;
}

/** An array literal of values whose text is never special: numbers, UUIDs, labels of enums. */
export function plainArray(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/** An array literal of byte strings (`bytea`), in hexadecimal digits. */
export function bytesArray(values: readonly Uint8Array[]): string {
  return `{${values.map((value) => String.raw`"\\x${toHex(value)}"`).join(',')}}`;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
