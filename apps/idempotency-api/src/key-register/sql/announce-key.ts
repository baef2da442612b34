import type { Database } from '../../infrastructure/database/database.js';

/** Says that a replica seals under this key. Of two that say so first at once, the one that comes later finds the other's proof. */
const statement = {
  name: 'announce_key',
  sql: `
INSERT INTO encryption_key AS k (id, check_value, last_active_at)
VALUES ($1, $2, clock_timestamp())
ON CONFLICT (id) DO UPDATE SET last_active_at = greatest(k.last_active_at, excluded.last_active_at)
RETURNING k.check_value`,
};

/** The proof that stands: ours, or that of whoever came first. Throws `StoreFailure`. */
export async function announceKey(db: Database, id: string, checkValue: Uint8Array): Promise<Uint8Array> {
  const [row] = await db.query<{ check_value: Uint8Array }>(statement, [id, checkValue]);
  if (!row) throw new Error('an upsert answers its row');
  return row.check_value;
}
