import type { Database } from '../../infrastructure/database/database.js';
import { ANNOUNCE_INTERVAL_MS } from '../announce-interval.js';

/** Announcements that a living replica may miss. */
const MISSED = 3;

/**
 * Forgets the keys that nothing is stored under: a pass that began at that time has found nothing under them, and nobody
 * has sealed under them since long before it began, so nothing came to lie behind its back either.
 */
const statement = {
  name: 'retire_keys',
  sql: `
DELETE FROM encryption_key
WHERE id <> $1 AND last_active_at < $2::timestamptz - interval '${MISSED * ANNOUNCE_INTERVAL_MS} milliseconds'
RETURNING id`,
};

/** After a clean pass; the ids that went. Throws `StoreFailure`. */
export async function retireKeys(db: Database, activeId: string, passBeganAt: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(statement, [activeId, passBeganAt]);
  return rows.map((row) => row.id);
}
