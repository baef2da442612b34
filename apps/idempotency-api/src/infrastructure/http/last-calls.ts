import type { Server, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** A moment without calls comes while a statement is on its way; if it does not, the end must not wait for it. */
const QUIET_LIMIT_MS = 1_000;

/** Connections that a last call keeps busy are looked at this often while the server closes. */
const LOOK_MS = 50;

/**
 * The calls of a server that is about to stop listening. Connections that the kernel has made and Node.js has not yet
 * accepted are reset as the socket closes, with the call that is already on its way in them; and Node.js accepts one in each
 * turn of its loop, so that under load some are always there. They are not there after a turn in which none came in.
 */
export class LastCalls {
  private seen = 0;
  private readonly see = (): void => {
    this.seen++;
  };

  constructor(private readonly server: Server) {
    server.on('connection', this.see);
    // Whoever gets an answer may connect anew in the same turn.
    server.on('request', (_request, response: ServerResponse) => response.once('finish', this.see));
  }

  /** Stops listening, in a moment when nobody connects, and resolves when every call that was accepted is answered. */
  async finish(): Promise<void> {
    const end = performance.now() + QUIET_LIMIT_MS;
    let before: number;
    do {
      before = this.seen;
      await setImmediate();
    } while (this.seen !== before && performance.now() < end);
    await this.close();
  }

  private close(): Promise<void> {
    return new Promise((resolve) => {
      const look = setInterval(() => {
        this.server.closeIdleConnections();
      }, LOOK_MS);
      this.server.close(() => {
        clearInterval(look);
        resolve();
      });
    });
  }
}
