import { MAX_POINTER_LENGTH } from './json-limits.js';

/**
 * The JSON pointer (RFC 6901) of a path of member names and array indexes.
 *
 * Where it would be longer than MAX_POINTER_LENGTH it names the deepest ancestor that fits: cutting it in the middle
 * would name another place, or none.
 */
export function jsonPointer(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const segment of path) {
    const longer = `${pointer}/${escapeSegment(segment)}`;
    if (longer.length > MAX_POINTER_LENGTH) return pointer;
    pointer = longer;
  }
  return pointer;
}

/** `~` before `/`: the other order would escape the escape (RFC 6901 §3). */
function escapeSegment(segment: string | number): string {
  return String(segment).replaceAll('~', '~0').replaceAll('/', '~1');
}
