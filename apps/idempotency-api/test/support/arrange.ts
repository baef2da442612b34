import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimRequest } from '@infra-services/idempotency-contract';
import type { ApiClient } from './api-client.js';
import type { TestDatabase } from './database.js';
import { newKey, REPLAY_LEASE_MS } from './world.js';

/** A claim that was granted. */
export interface HeldClaim {
  readonly key: string;
  readonly claimToken: string;
  readonly fencingToken: number;
}

/** Claims a new key, or the given one; fails if it is not granted. */
export async function holdClaim(api: ApiClient, request: Partial<ClaimRequest> = {}): Promise<HeldClaim> {
  const key = request.key ?? newKey();
  const answer = await api.claim({ claimToken: randomUUID(), ...request, key });
  if (answer.status !== 201) throw new Error(`not granted: ${JSON.stringify(answer.body)}`);
  return { key, claimToken: answer.body.claimToken, fencingToken: answer.body.fencingToken };
}

/** Ends a lease by moving its stored end into the past: no test sleeps until a lease is over. */
export async function endLease(database: TestDatabase, key: string): Promise<void> {
  await move(database, key, 'lease_expires_at');
}

/**
 * Ends a retention in the same way. Replicas that replay the record from memory know when it would have ended: as a
 * deletion does, this tells them that something has changed, and waits until all of them have to know.
 */
export async function endRetention(database: TestDatabase, key: string): Promise<void> {
  await move(database, key, 'expires_at');
  await database.pool.query('UPDATE replay_cache_slot SET generation = generation + 1');
  await sleep(REPLAY_LEASE_MS);
}

async function move(database: TestDatabase, key: string, column: string): Promise<void> {
  const { rowCount } = await database.pool.query(
    `UPDATE record_by_parts SET ${column} = clock_timestamp() - interval '1 ms' WHERE key = $1 AND ${column} IS NOT NULL`,
    [key],
  );
  if (rowCount !== 1) throw new Error(`no record with a ${column} to move`);
}
