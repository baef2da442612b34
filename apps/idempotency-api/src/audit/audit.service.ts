import type { Database } from '../infrastructure/database/database.js';
import type { AuditQuery, AuditSlice } from './audit-query.js';
import { listAuditEntries } from './persistence/sql/list-audit-entries.js';

/**
 * Reads the audit log. Nothing here writes to it: an entry comes into being in the statement that does what it tells of.
 */
export class AuditService {
  constructor(private readonly db: Database) {}

  /** A page of a tenant's entries, newest first. Throws `StoreFailure`. */
  async list(query: AuditQuery): Promise<AuditSlice> {
    const rows = await listAuditEntries(this.db, query);
    const last = rows.at(-1);
    const wentOn = last !== undefined && (last.marker || rows.length === query.limit);
    return {
      entries: rows.filter((row) => !row.marker).map(({ marker: _, ...entry }) => entry),
      next: wentOn ? { at: last.at, id: last.id } : null,
    };
  }
}
