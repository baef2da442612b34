/**
 * Why a body was not read.
 *
 * - `malformed`: it is not JSON (RFC 8259); the pointer is then always the whole document, `''`.
 * - `refused`: it is JSON, but two correct readers could understand it differently (RFC 7493), or it would be a burden.
 */
export type JsonRefusalKind = 'malformed' | 'refused';

/** Thrown instead of a value for every body that the strict reader does not let in. */
export class JsonRefused extends Error {
  override readonly name = 'JsonRefused';

  /**
   * @param pointer RFC 6901 JSON pointer to the problem, or to its nearest ancestor where the exact one cannot be given.
   * @param detail one sentence for the caller; it never quotes the body, which may hold secrets.
   */
  constructor(
    readonly kind: JsonRefusalKind,
    readonly pointer: string,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}
