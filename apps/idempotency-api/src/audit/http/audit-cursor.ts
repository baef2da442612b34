import { invalidRequest } from '../../errors/problem.error.js';
import type { AuditPosition } from '../audit-query.js';

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A position as callers carry it: opaque, so that it may change. */
export function writeAuditCursor({ at, id }: AuditPosition): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** The position that a cursor stands for. Throws INVALID_REQUEST for one that we did not write. */
export function readAuditCursor(cursor: string): AuditPosition {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [at, id] = parsed as unknown[];
      if (isTime(at) && typeof id === 'string' && uuid.test(id)) return { at, id };
    }
  } catch {
    // Falls through: whatever it is, it is no cursor.
  }
  throw invalidRequest([{ pointer: '/cursor', detail: 'must be the nextCursor of a former page' }]);
}

/** PostgreSQL has neither 30 February nor a year 0, and refuses the whole statement for them. */
function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || !time.test(value) || value.startsWith('0000')) return false;
  const parsed = new Date(value);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(0, 19) === value.slice(0, 19);
}
