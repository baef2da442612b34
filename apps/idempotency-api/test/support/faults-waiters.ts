import { expect, vi } from 'vitest';
import type { Answer, ApiClient } from './api-client.js';
import { metric } from './metrics.js';

/** Longer than any test takes: whoever is answered sooner was answered because of the fault. */
const WAIT_MS = 30_000;

/** Callers that wait for an execution in flight, half by claim and half by GET. */
export interface Waiters {
  /** One promise a caller; a function, as a bare array of promises that may reject must not outlive an await. */
  answers(): Promise<Answer>[];
}

/** Sends `count` calls that wait for the record's execution; resolves once the service has every one of them waiting. */
export async function startWaiters(api: ApiClient, key: string, count: number): Promise<Waiters> {
  const calls = Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? api.claim({ key, waitMs: WAIT_MS }) : api.get(key, `?waitMs=${WAIT_MS}`),
  );
  await expect.poll(() => metric(api, 'idempotency_waiters')).toBe(count);
  // Calls of one record are answered in order: with these two, all before them have got their "in progress".
  await Promise.all([api.claim({ key }), api.get(key)]);
  return { answers: () => calls };
}

/** Resolves once statements have carried this many claims and reads since the service started. */
export async function untilCarried(api: ApiClient, count: number): Promise<void> {
  await vi.waitUntil(async () => (await callsCarried(api)) >= count, { timeout: 10_000, interval: 10 });
}

async function callsCarried(api: ApiClient): Promise<number> {
  const { body } = await api.send<string>('GET', '/metrics');
  const sums = ['claim', 'read'].map((operation) =>
    Number(
      new RegExp(`^idempotency_batch_size_sum{operation="${operation}"} (\\d+)`, 'm').exec(body)?.[1] ?? 0,
    ),
  );
  return sums.reduce((sum, part) => sum + part, 0);
}
