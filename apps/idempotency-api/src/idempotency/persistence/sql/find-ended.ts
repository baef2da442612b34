import type { Database } from '../../../infrastructure/database/database.js';
import { identityOf, keyOf, type RecordKey } from '../../domain/record.js';

/**
 * Of the given records, those that nobody executes any more: completed, released, lease over, deleted. One look for
 * all that callers of this replica wait for. No locks; it only wakes waiters, who then ask for the truth.
 */
const statement = {
  name: 'find_ended',
  sql: `
SELECT k.identity
FROM unnest($1::text[]) AS k (identity)
LEFT JOIN LATERAL (
  SELECT r.identity, r.state, r.lease_expires_at FROM idempotency_record r
  WHERE r.identity = k.identity
  LIMIT 1
) r ON true
WHERE r.identity IS NULL OR r.state <> 'in_progress' OR r.lease_expires_at <= now()`,
};

/** The keys whose execution has ended. Throws `StoreFailure`. */
export async function findEnded(db: Database, keys: readonly RecordKey[]): Promise<RecordKey[]> {
  const rows = await db.query<{ identity: string }>(statement, [keys.map(identityOf)]);
  return rows.map(({ identity }) => keyOf(identity));
}
