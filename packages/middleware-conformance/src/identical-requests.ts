import { expect } from 'vitest';
import { essence, type Received } from './test-client.js';
import type { AppUnderTest } from './world.js';

/** How many identical requests come at once. */
export const DUPLICATES = 50;

/** A client of the service that outlasts its restart. */
export const PATIENT = { retry: { maxAttempts: 100, maxElapsedMs: 30_000, maxDelayMs: 500 } };

/** Fifty requests with one key, at once, the same number to each of the applications. */
export function identicalRequests(
  apps: readonly AppUnderTest[],
  key: string,
  body: unknown = { amount: 5 },
): Promise<Received[]> {
  const share = DUPLICATES / apps.length;
  return Promise.all(apps.flatMap((app) => Array.from({ length: share }, () => app.send({ key, body }))));
}

/** All were given the same, byte for byte, and one of them as the first. */
export function expectOneAnswer(answers: readonly Received[]): void {
  expect(answers).toHaveLength(DUPLICATES);
  expect(new Set(answers.map(essence)).size).toBe(1);
  expect(answers[0]?.status).toBe(201);
  const firsts = answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined);
  expect(firsts).toHaveLength(1);
}
