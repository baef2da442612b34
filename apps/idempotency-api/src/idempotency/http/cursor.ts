import { invalidRequest } from '../../errors/problem.error.js';
import type { Position } from '../domain/listing.js';

/** A position as callers carry it: opaque, so that it may change. */
export function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.namespace, position.key])).toString('base64url');
}

/**
 * The position that a cursor stands for. Throws INVALID_REQUEST for one that we did not write, and for one of another
 * namespace than the listed one: what lies between the two would be listed with it.
 */
export function readCursor(cursor: string, listed: string | undefined): Position {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [namespace, key] = parsed as unknown[];
      const fits = listed === undefined || listed === namespace;
      if (isIdentifier(namespace) && isIdentifier(key) && fits) return { namespace, key };
    }
  } catch {
    // Falls through: whatever it is, it is no cursor.
  }
  throw invalidRequest([{ pointer: '/cursor', detail: 'must be the nextCursor of a former page' }]);
}

/** PostgreSQL's text cannot hold a NUL; nothing that we wrote has other characters than these. */
function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]{1,255}$/.test(value);
}
