import { setTimeout as sleep } from 'node:timers/promises';
import { StoreFailure } from '../../errors/store-failure.js';

const MAX_TRIES = 3;

/** Whether a statement was rolled back on account of other transactions (deadlock, serialization), and may be sent again. */
export function hasLostARace(error: unknown): boolean {
  return error instanceof StoreFailure && error.kind === 'contention';
}

/** What `run` answers, tried three times at the most while it loses against other transactions. Throws what the last try threw. */
export async function retryLostRaces<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (!hasLostARace(error) || tries === MAX_TRIES) throw error;
      // Jitter, so that two batches that deadlocked do not meet again.
      await sleep(Math.random() * 10 * tries);
    }
  }
}
