import { expect } from 'vitest';
import type { ApiClient } from './api-client.js';
import { holdClaim } from './arrange.js';
import { lookUps } from './metrics.js';

/** The request that `complete` completes. */
const request = { amount: 1 };

/** A replica caches nothing before its first look at Postgres. */
export async function untilCaching(api: ApiClient): Promise<void> {
  await untilHits(api, 1, async () => {
    const key = await complete(api, {});
    await api.claim({ key, request });
    await api.claim({ key, request });
  });
}

/**
 * Acts until it was answered from memory as often as expected. On a busy machine a replica's look at Postgres can be
 * late, and then it rightly relies on nothing; one that never answers from memory runs into the test's timeout.
 */
export async function untilHits(api: ApiClient, hits: number, act: () => Promise<void>): Promise<void> {
  for (;;) {
    const before = await lookUps(api, 'process', 'hit');
    await act();
    const counted = (await lookUps(api, 'process', 'hit')) - before;
    expect(counted).toBeLessThanOrEqual(hits);
    if (counted === hits) return;
  }
}

/** A record of a new key, completed; the key. */
export async function complete(
  api: ApiClient,
  outcome: object,
  more: { retentionMs?: number } = {},
): Promise<string> {
  const { key, claimToken } = await holdClaim(api, { request });
  await api.complete(key, { claimToken, outcome, ...more });
  return key;
}
