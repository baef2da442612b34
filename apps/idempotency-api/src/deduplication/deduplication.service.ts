import type { DeduplicationResult } from '@infra-services/idempotency-contract';
import type { Database } from '../infrastructure/database/database.js';
import { rememberIds, type Sighting } from './persistence/sql/remember-ids.js';

/** "Seen before?" for consumers of messages. */
export class DeduplicationService {
  constructor(private readonly db: Database) {}

  /**
   * One answer an id, in order; an id named twice is first at most at its first mention. Throws `StoreFailure`:
   * then the ids may or may not be remembered.
   */
  async see(sighting: Sighting): Promise<DeduplicationResult[]> {
    const ids = [...new Set(sighting.ids)].sort();
    const unseen = await rememberIds(this.db, { ...sighting, ids });
    // delete() is true once an id: the second mention in one call has been seen before.
    return sighting.ids.map((id) => ({ id, first: unseen.delete(id) }));
  }
}
