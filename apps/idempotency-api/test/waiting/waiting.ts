import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { vi } from 'vitest';
import { ExecutionWaiters } from '../../src/idempotency/waiting/execution-waiters.js';
import type { Answer } from '../support/api-client.js';

/** Longer than any test: a wait that is over by then was ended, and did not run out. */
export const FOR_LONG = 30_000;

/**
 * Resolves once that many callers wait on the replica, or are about to: an end between a waiter's question and its
 * wait is not missed, so this is the moment from which on it has to hear.
 */
export async function untilWaiting(app: NestFastifyApplication, count: number): Promise<void> {
  const waiters = app.get(ExecutionWaiters);
  await vi.waitUntil(() => Reflect.get(waiters, 'count') === count, { interval: 2, timeout: 10_000 });
}

/** An answer and when it came, on the clock of this process. */
export interface Timed<Body> {
  readonly answer: Answer<Body>;
  readonly at: number;
}

export async function timed<Body>(call: Promise<Answer<Body>>): Promise<Timed<Body>> {
  const answer = await call;
  return { answer, at: performance.now() };
}
