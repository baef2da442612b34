import { randomUUID } from 'node:crypto';
import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import { identityOf, type StoredState } from '../../src/idempotency/domain/record.js';
import type { TestDatabase } from '../support/database.js';
import { newKey } from '../support/world.js';

/** The columns of `idempotency_record`, its identity by parts, for rows that the API would not write. */
export interface Columns {
  tenant: string;
  namespace: string;
  key: string;
  state: StoredState;
  on_lease_expiry: OnLeaseExpiry;
  attempt: number;
  fencing_token: number;
  retention_ms: number;
  lease_ms: number;
  relinquished: boolean;
  claim_token: string | null;
  fingerprint: string | null;
  lease_expires_at: Date | null;
  completed_at: Date | null;
  expires_at: Date | null;
  deletion_announced_at: Date | null;
  created_at: Date;
  updated_at: Date;
  outcome_status: number | null;
  outcome: Buffer | null;
  checkpoint_name: string | null;
  checkpoint_data: Buffer | null;
}

/** Far enough from now for the clocks of two processes on one machine to agree on it. */
const HOUR_MS = 3_600_000;
export const hourAgo = (): Date => new Date(Date.now() - HOUR_MS);
export const inAnHour = (): Date => new Date(Date.now() + HOUR_MS);

/** A row in the given state that every constraint accepts: lease live, retention not over. */
export function rowIn(state: StoredState, columns: Partial<Columns> = {}): Columns {
  const isCompleted = state === 'completed';
  return {
    tenant: 'default',
    namespace: 'default',
    key: newKey(),
    state,
    on_lease_expiry: 'block',
    attempt: 2,
    fencing_token: 5,
    retention_ms: 86_400_000,
    lease_ms: 30_000,
    relinquished: false,
    claim_token: randomUUID(),
    fingerprint: null,
    lease_expires_at: state === 'in_progress' ? inAnHour() : null,
    completed_at: isCompleted ? hourAgo() : null,
    expires_at: state === 'in_progress' ? null : inAnHour(),
    deletion_announced_at: null,
    created_at: hourAgo(),
    updated_at: hourAgo(),
    outcome_status: isCompleted ? 201 : null,
    outcome: isCompleted ? Buffer.from('{"body":"stored"}') : null,
    checkpoint_name: null,
    checkpoint_data: null,
    ...columns,
  };
}

/** Writes a row by SQL, past the service. */
export async function insertRow(database: TestDatabase, columns: Columns): Promise<void> {
  const { tenant, namespace, key, ...rest } = columns;
  const row = { identity: identityOf({ tenant, namespace, key }), ...rest };
  const names = Object.keys(row);
  await database.pool.query(
    `INSERT INTO idempotency_record (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
}
