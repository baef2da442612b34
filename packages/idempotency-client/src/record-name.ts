/** What names a record within its tenant. */
export interface RecordName {
  /** Absent means `default`. */
  namespace?: string | undefined;
  key: string;
}

/** The namespace of a call that names none, as the contract has it. */
export const defaultNamespace = 'default';

/**
 * The place of a record in a path template of the contract, percent-encoded.
 *
 * @throws TypeError where a part is `.` or `..`: every URL parser (WHATWG URL, also in the spelling `%2e`) takes
 *   those for steps in the path, so the call would reach another resource.
 */
export function recordPath(template: string, { namespace = defaultNamespace, key }: RecordName): string {
  return template
    .replace('{namespace}', () => pathSegment(namespace))
    .replace('{key}', () => pathSegment(key));
}

function pathSegment(part: string): string {
  if (part === '.' || part === '..')
    throw new TypeError(`"${part}" cannot be part of a path: choose another`);
  return encodeURIComponent(part);
}
