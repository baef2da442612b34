import type { AuditAction, AuditEntry } from '@infra-services/idempotency-contract';

/** What to look for in a tenant's audit log. */
export interface AuditQuery {
  readonly tenant: string;
  readonly namespace: string | null;
  /** Null, or a key of the namespace, which is then named too. */
  readonly key: string | null;
  readonly action: AuditAction | null;
  /** Inclusive; as the caller wrote it (RFC 3339), since PostgreSQL keeps microseconds and a Date does not. */
  readonly since: string | null;
  /** Go on behind this entry, towards older ones; null: begin with the newest. */
  readonly after: AuditPosition | null;
  readonly limit: number;
}

/** An entry's place in the log. */
export interface AuditPosition {
  /** RFC 3339, to the microsecond. */
  readonly at: string;
  readonly id: string;
}

/** A page, newest first, and where to go on; null at the end. */
export interface AuditSlice {
  readonly entries: AuditEntry[];
  readonly next: AuditPosition | null;
}
