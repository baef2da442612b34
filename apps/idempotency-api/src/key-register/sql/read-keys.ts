import type { Database } from '../../infrastructure/database/database.js';

/** A key under which something may be stored, and proof of it. */
export interface RegisteredKey {
  id: string;
  check_value: Uint8Array;
}

const statement = {
  name: 'read_keys',
  sql: 'SELECT id, check_value FROM encryption_key ORDER BY id',
};

/** Every key that records may be encrypted under. Throws `StoreFailure`. */
export function readKeys(db: Database): Promise<RegisteredKey[]> {
  return db.query<RegisteredKey>(statement, []);
}
