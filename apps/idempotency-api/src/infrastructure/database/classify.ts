import type { StoreFailureKind } from '../../errors/store-failure.js';

/** Rolled back, safe to send again: serialization failure, deadlock. */
const contention = new Set(['40001', '40P01']);

/** `lock_timeout` has ended a wait. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Classes and codes (PostgreSQL, Appendix A) that say that the database cannot do it now: connection exceptions,
 * insufficient resources (disk full, too many connections), operator intervention (shutdown, statement timeout),
 * system errors, a primary that has become a standby; and that the server lets nobody in: the credentials or the
 * database are not (yet, any longer) there, or the database takes no connections (55000).
 */
const unavailableClasses = new Set(['08', '28', '3D', '53', '57', '58']);
const unavailableCodes = new Set(['25006', '55000', 'XX001', 'XX002']);

/** Classifies by SQLSTATE; an error without one never reached a server that could have answered. */
export function classify(sqlState: string | null): StoreFailureKind {
  if (sqlState === null) return 'unavailable';
  if (contention.has(sqlState)) return 'contention';
  if (sqlState === LOCK_NOT_AVAILABLE) return 'locked';
  if (unavailableCodes.has(sqlState) || unavailableClasses.has(sqlState.slice(0, 2))) return 'unavailable';
  return 'statement';
}
