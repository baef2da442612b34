import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Callers who were answered just before have connected anew by then, on a busy machine too. */
const QUIET_MS = 50;

/** New callers may come without end, and answers must not wait for that. */
const HOLD_LIMIT_MS = 500;

/** Connections that a last call keeps busy are looked at this often while the server closes. */
const LOOK_MS = 50;

/**
 * The calls of a server that is about to stop listening. Connections that the kernel has made and Node.js has not yet
 * accepted are reset as the socket closes, with the call that is already on its way in them; and Node.js accepts one in
 * each turn of its loop, so that under load some are always there. So answers are held back for a moment: who waits for one
 * does not connect anew, and what is on its way comes in.
 */
export class LastCalls {
  private connections = 0;
  private readonly open = new Set<Socket>();
  private holding: Promise<void> | undefined;

  constructor(private readonly draining: () => boolean) {}

  /** Each answer is the last one on its connection. */
  get isDraining(): boolean {
    return this.draining();
  }

  /** What an answer has to wait for; undefined nearly always. */
  get held(): Promise<void> | undefined {
    return this.holding;
  }

  /** Counts those who connect, and knows who is there. */
  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.connections++;
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
  }

  /** Stops listening once nobody connects, and resolves when every call that was accepted is answered. */
  async finish(server: Server): Promise<void> {
    const { promise, resolve: letGo } = Promise.withResolvers<undefined>();
    this.holding = promise;
    const end = performance.now() + HOLD_LIMIT_MS;
    let before: number;
    do {
      before = this.connections;
      await setTimeout(QUIET_MS);
      // Timers come before what the kernel has to say in a turn of the loop, and this after it.
      await setImmediate();
    } while (this.connections !== before && performance.now() < end);
    const closed = this.close(server);
    this.holding = undefined;
    letGo(undefined);
    await closed;
  }

  private close(server: Server): Promise<void> {
    return new Promise((resolve) => {
      const look = setInterval(() => {
        server.closeIdleConnections();
        this.closeSilentConnections();
      }, LOOK_MS);
      server.close(() => {
        clearInterval(look);
        resolve();
      });
    });
  }

  /**
   * To Node.js a connection is idle once it has had a call. One that never had any (a balancer's spare one, a look whether the
   * port is open) would hold up the end until the deadline.
   */
  private closeSilentConnections(): void {
    for (const socket of this.open) if (socket.bytesRead === 0) socket.destroy();
  }
}
