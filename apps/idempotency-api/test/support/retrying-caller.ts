import type { ApiClient } from './api-client.js';
import type { Load, Operation } from './faults-load.js';

/** Calls of one operation before its caller gives up: some seconds, and more than a restart of one replica takes. */
const ATTEMPTS = 40;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/**
 * What a client of several replicas does, in a few lines: one after the other, the same call with the same claim token,
 * pausing longer each time. Throws if it has to give up.
 */
export class RetryingCaller {
  private turn = 0;
  /** Calls that had to be made again. */
  retries = 0;

  constructor(
    private readonly load: Load,
    private readonly replicas: readonly ApiClient[],
    private readonly attempts = ATTEMPTS,
  ) {}

  async settle(operation: Operation): Promise<void> {
    for (let attempt = 0; attempt < this.attempts; attempt++) {
      const replica = this.replicas[this.turn++ % this.replicas.length]!;
      if (await this.load.settle(replica, operation)) return;
      this.retries++;
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    throw new Error(`${operation.key}: no answer in ${this.attempts} attempts`);
  }
}
