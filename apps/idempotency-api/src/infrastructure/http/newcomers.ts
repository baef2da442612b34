import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** So many turns of the event loop in a row that each brought a connection say that more of them wait. */
const TURNS_IN_A_ROW = 3;

/** Newcomers may come without end, and answers must not wait for that. */
const HOLD_LIMIT_MS = 50;

/**
 * Callers who connect, all at once. Node.js accepts one connection a turn of its loop, and a turn is as long as there are calls to
 * be read and answered in it: a thousand callers who ask again as soon as they are answered make turns so long that who has not
 * got in yet waits for as long as they go on. So where several turns in a row bring a connection each, answers are held back
 * until one brings none: whoever is in waits, turns are short, and the others come in. Half of the time at the most.
 */
export class Newcomers {
  private connections = 0;
  private isWatching = false;
  private holding: PromiseWithResolvers<undefined> | undefined;
  /** On the clock of `performance`. */
  private heldSince = 0;
  private mayHoldFrom = 0;

  /** What an answer has to wait for; undefined nearly always. */
  get held(): Promise<void> | undefined {
    return this.holding?.promise;
  }

  watch(server: Server): void {
    server.on('connection', () => {
      this.connections++;
      if (!this.isWatching) void this.watchTurns();
    });
  }

  /** Goes on until a turn brings no connection. */
  private async watchTurns(): Promise<void> {
    this.isWatching = true;
    // The turn of the connection that it began with.
    await setImmediate();
    let before = -1;
    for (let turns = 1; this.connections !== before; turns++) {
      if (turns > TURNS_IN_A_ROW) this.holdOrLetGo();
      before = this.connections;
      await setImmediate();
    }
    this.letGo();
    this.isWatching = false;
  }

  private holdOrLetGo(): void {
    const now = performance.now();
    if (this.holding) {
      if (now - this.heldSince > HOLD_LIMIT_MS) this.letGo();
    } else if (now >= this.mayHoldFrom) {
      this.heldSince = now;
      this.holding = Promise.withResolvers<undefined>();
    }
  }

  private letGo(): void {
    if (!this.holding) return;
    const now = performance.now();
    this.mayHoldFrom = now + (now - this.heldSince);
    this.holding.resolve(undefined);
    this.holding = undefined;
  }
}
