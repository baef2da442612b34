import { expect } from 'vitest';
import type { ProblemDetails } from '@infra-services/idempotency-contract';
import { recordPath, type Answer, type ApiClient } from './api-client.js';
import type { HeldClaim } from './arrange.js';
import { newKey } from './world.js';

/** The time within which a caller is told that the store is away. */
const TOLD_WITHIN_MS = 2_000;

/** A call that needs the store. */
export interface StoreCall {
  readonly name: string;
  /** Sends it; `held` is a claim that is held. */
  send(api: ApiClient, held: HeldClaim): Promise<Answer>;
}

const outcome = { status: 200, body: 'done' };

/** Every call of the contract that needs the store. */
export const storeCalls: readonly StoreCall[] = [
  { name: 'a claim', send: (api) => api.claim({ key: newKey() }) },
  { name: 'a claim of a held key', send: (api, { key, claimToken }) => api.claim({ key, claimToken }) },
  { name: 'a batch of claims', send: (api) => api.claimBatch([{ key: newKey() }, { key: newKey() }]) },
  { name: 'complete', send: (api, { key, claimToken }) => api.complete(key, { claimToken, outcome }) },
  {
    name: 'a batch of completions',
    send: (api, { key, claimToken }) =>
      api.send('POST', '/v1/completions/batch', { json: { completions: [{ key, claimToken, outcome }] } }),
  },
  { name: 'renew', send: (api, { key, claimToken }) => api.act('renew', key, { claimToken }) },
  {
    name: 'checkpoint',
    send: (api, { key, claimToken }) => api.act('checkpoint', key, { claimToken, name: 'charged' }),
  },
  {
    name: 'release',
    send: (api, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'none' }),
  },
  { name: 'resolve', send: (api, { key }) => api.act('resolve', key, { resolution: 'retry' }) },
  { name: 'GET of a record', send: (api, { key }) => api.send('GET', recordPath(key)) },
  { name: 'the list', send: (api) => api.send('GET', '/v1/records') },
  { name: 'DELETE', send: (api, { key }) => api.delete(key, '?force=true') },
  {
    name: 'deduplication',
    send: (api) => api.send('POST', '/v1/deduplications', { json: { ids: [newKey()] } }),
  },
  { name: 'readiness', send: (api) => api.send('GET', '/health/ready') },
];

/** Opens connections, so that calls during a fault find them and need no new ones. */
export async function fillPool(api: ApiClient): Promise<void> {
  await Promise.all(Array.from({ length: 50 }, () => api.send('GET', '/v1/records?limit=1')));
}

/** An answer and the milliseconds that it took. */
export interface TimedAnswer {
  readonly answer: Answer;
  readonly ms: number;
}

/** Times a call. */
export async function timed(call: Promise<Answer>): Promise<TimedAnswer> {
  const since = performance.now();
  const answer = await call;
  return { answer, ms: performance.now() - since };
}

/** Asserts what every caller is told while the store is away: in time, when to ask again, and no decision. */
export function expectStoreUnavailable({ answer, ms }: TimedAnswer): void {
  const { status, headers } = answer;
  const { code, retryable, retryAfterMs } = answer.body as ProblemDetails;
  expect({ status, code, retryable, retryAfterMs, retryAfter: headers['retry-after'] }).toEqual({
    status: 503,
    code: 'STORE_UNAVAILABLE',
    retryable: true,
    retryAfterMs: 1_000,
    retryAfter: '1',
  });
  expect(ms).toBeLessThan(TOLD_WITHIN_MS);
}
