import type { Database } from '../../../infrastructure/database/database.js';
import type { CheckpointWrite } from '../../domain/execution.js';
import { identityOf } from '../../domain/record.js';
import type { RecordSeal } from '../record-seal.js';

/** Keeps a recovery point with a claim that is still held. Locks the one row; the last write counts. */
const statement = {
  name: 'write_checkpoint',
  sql: `
UPDATE idempotency_record AS r SET
  checkpoint_name = $3,
  checkpoint_data = $4,
  updated_at = clock_timestamp()
WHERE r.identity = $1
  AND r.claim_token = $2::uuid
  AND r.state = 'in_progress'
  AND NOT r.relinquished
RETURNING r.lease_expires_at`,
};

/** The lease's end, or undefined if the claim is not held. Throws `StoreFailure`. */
export async function writeCheckpoint(
  db: Database,
  seal: RecordSeal,
  write: CheckpointWrite,
): Promise<Date | undefined> {
  const rows = await db.query<{ lease_expires_at: Date }>(statement, [
    identityOf(write),
    write.claimToken,
    write.checkpoint.name,
    seal.seal(write, 'checkpoint_data', write.checkpoint.data),
  ]);
  return rows[0]?.lease_expires_at;
}
