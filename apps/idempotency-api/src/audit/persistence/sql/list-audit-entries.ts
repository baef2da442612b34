import type { AuditAction } from '@infra-services/idempotency-contract';
import type { Database, Statement } from '../../../infrastructure/database/database.js';
import type { AuditQuery } from '../../audit-query.js';

/** An entry as the database answers it. A marker is no match: it says how far the look went. */
export interface AuditRow {
  id: string;
  /** RFC 3339, to the microsecond. */
  at: string;
  namespace: string;
  key: string;
  action: AuditAction;
  actor: string;
  note: string | null;
  detail: Record<string, unknown>;
  marker: boolean;
}

/** Entries looked at for one page at the most, as for lists of records: a filter that matches little stays cheap. */
const ENTRIES_EXAMINED = 5_000;

const microseconds = `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Walks one index backwards, without locks; `within` is what the index begins with. */
function walk(name: string, within: string): Statement {
  return {
    name,
    sql: `
WITH examined AS MATERIALIZED (
  SELECT *, ($2::text IS NULL OR namespace = $2) AND ($3::text IS NULL OR key = $3)
            AND ($4::text IS NULL OR action = $4) AS matched
  FROM audit_entry
  WHERE ${within}
    AND at >= coalesce($5::timestamptz, '-infinity')
    AND (at, id) < (coalesce($6::timestamptz, 'infinity'), coalesce($7::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  ORDER BY at DESC, id DESC
  LIMIT ${ENTRIES_EXAMINED}
), page AS (
  SELECT * FROM examined WHERE matched ORDER BY at DESC, id DESC LIMIT $8
), last AS (
  SELECT * FROM examined ORDER BY at, id LIMIT 1
), told AS (
  SELECT *, false AS marker FROM page
  UNION ALL
  SELECT *, true AS marker FROM last
  WHERE (SELECT count(*) FROM examined) = ${ENTRIES_EXAMINED} AND (SELECT count(*) FROM page) < $8
)
SELECT id::text, ${microseconds} AS at, namespace, key, action, actor, note, detail, marker
FROM told ORDER BY marker, told.at DESC, told.id DESC`,
  };
}

const ofTenant = walk('list_audit_entries', 'tenant = $1');
const ofRecord = walk('list_audit_entries_of_record', 'tenant = $1 AND namespace = $2 AND key = $3');

/** Entries newest first, a marker last. Throws `StoreFailure`. */
export function listAuditEntries(db: Database, query: AuditQuery): Promise<AuditRow[]> {
  return db.query<AuditRow>(query.key === null ? ofTenant : ofRecord, [
    query.tenant,
    query.namespace,
    query.key,
    query.action,
    query.since,
    query.after?.at ?? null,
    query.after?.id ?? null,
    query.limit,
  ]);
}
