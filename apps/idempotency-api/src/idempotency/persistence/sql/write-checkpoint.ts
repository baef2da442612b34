import type { Database } from '../../../infrastructure/database/database.js';
import type { CheckpointWrite } from '../../domain/execution.js';
import type { RecordSeal } from '../record-seal.js';

/** Keeps a recovery point with a claim that is still held. Locks the one row; the last write counts. */
const statement = {
  name: 'write_checkpoint',
  sql: `
UPDATE idempotency_record AS r SET
  checkpoint_name = $5,
  checkpoint_data = $6,
  updated_at = clock_timestamp()
WHERE r.tenant = $1 AND r.namespace = $2 AND r.key = $3
  AND r.claim_token = $4::uuid
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
    write.tenant,
    write.namespace,
    write.key,
    write.claimToken,
    write.checkpoint.name,
    seal.seal(write, 'checkpoint_data', write.checkpoint.data),
  ]);
  return rows[0]?.lease_expires_at;
}
