import type { Database } from '../../../infrastructure/database/database.js';
import type { RecordKey } from '../../domain/record.js';

/**
 * Of the given records, those that nobody executes any more: completed, released, lease over, deleted. One look for
 * all that callers of this replica wait for. No locks; it only wakes waiters, who then ask for the truth.
 */
const statement = {
  name: 'find_ended',
  sql: `
SELECT k.tenant, k.namespace, k.key
FROM unnest($1::text[], $2::text[], $3::text[]) AS k (tenant, namespace, key)
LEFT JOIN LATERAL (
  SELECT r.key, r.state, r.lease_expires_at FROM idempotency_record r
  WHERE r.tenant = k.tenant AND r.namespace = k.namespace AND r.key = k.key
  LIMIT 1
) r ON true
WHERE r.key IS NULL OR r.state <> 'in_progress' OR r.lease_expires_at <= now()`,
};

/** The keys whose execution has ended. Throws `StoreFailure`. */
export function findEnded(db: Database, keys: readonly RecordKey[]): Promise<RecordKey[]> {
  return db.query<RecordKey>(statement, [
    keys.map((key) => key.tenant),
    keys.map((key) => key.namespace),
    keys.map((key) => key.key),
  ]);
}
