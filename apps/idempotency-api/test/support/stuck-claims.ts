import { expect } from 'vitest';
import { somebodyWaitsForARow } from '../isolation/pauses.js';
import { holdClaim } from './arrange.js';
import type { World } from './world.js';

/** Settings with which one statement of claims may be on its way, a third of five connections: none passes one that is late. */
export const nothingPasses = { DATABASE_POOL_SIZE: '5', BATCH_LANES: '1' };

/**
 * Does something while a statement of claims waits for a row that a stranger has locked: with `nothingPasses`, later claims of its
 * lane queue.
 */
export async function whileClaimsAreStuck<Result>(
  { api, database }: World,
  meanwhile: () => Promise<Result>,
): Promise<Result> {
  const { key, claimToken } = await holdClaim(api);
  const stranger = await database.pool.connect();
  await stranger.query('BEGIN');
  await stranger.query('SELECT FROM record_by_parts WHERE key = $1 FOR UPDATE', [key]);
  const stuck = api.claim({ key, claimToken });
  try {
    await expect.poll(() => somebodyWaitsForARow(database)).toBe(true);
    return await meanwhile();
  } finally {
    // What it locks must not outlive a test that fails.
    await stranger.query('ROLLBACK');
    stranger.release();
    await stuck;
  }
}
