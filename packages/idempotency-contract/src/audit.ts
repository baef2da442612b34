/** What is recorded of a record's fate beyond its executions. */
export type AuditAction = 'release' | 'resolve' | 'delete';

/** Who did what to which record, and when. Entries are never changed. */
export interface AuditEntry {
  id: string;
  /** RFC 3339, UTC, to the microsecond. */
  at: string;
  namespace: string;
  key: string;
  action: AuditAction;
  actor: string;
  note: string | null;
  /** What the record was, and what was asked for; a deletion says whether it was forced. */
  detail: Record<string, unknown>;
}

/** Query of `GET /v1/audit`. */
export interface ListAuditQuery {
  namespace?: string;
  /** Needs `namespace`. */
  key?: string;
  action?: AuditAction;
  /** RFC 3339, inclusive. */
  since?: string;
  /** `nextCursor` of the former page. */
  cursor?: string;
  limit?: number;
}

/** A page, newest first. It may be short, even empty, while `nextCursor` is set: go on until it is null. */
export interface AuditPage {
  entries: AuditEntry[];
  nextCursor: string | null;
}
