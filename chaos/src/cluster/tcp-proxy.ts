import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Direction } from '../nemesis/plan.js';

/** One connection that passes, and its other half. */
interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** A way through which bytes go: at once, late, or into nothing. */
interface Way {
  delayMs: number;
  drops: boolean;
}

/** TCP between two parts of the cluster, on 127.0.0.1, at the nemesis' mercy. Connections begun before feel it too. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private readonly ways: Record<Direction, Way> = {
    up: { delayMs: 0, drops: false },
    down: { delayMs: 0, drops: false },
  };
  private isCut = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly target: () => number,
  ) {
    server.on('connection', (near: Socket) => this.accept(near));
  }

  /** The target is asked for every connection, so that it may move. */
  static async start(target: () => number): Promise<TcpProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, (server.address() as AddressInfo).port, target);
  }

  /** Breaks every connection, and every new one at once, until healed. */
  cut(): void {
    this.isCut = true;
    this.breakAll();
  }

  /** Breaks every connection; new ones pass. */
  breakAll(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
  }

  delay(direction: Direction, ms: number): void {
    this.ways[direction].delayMs = ms;
  }

  /** Takes bytes and loses them, until healed; a stream with a hole in it is broken by `heal`. */
  drop(direction: Direction): void {
    this.ways[direction].drops = true;
  }

  heal(): void {
    if (this.ways.up.drops || this.ways.down.drops) this.breakAll();
    this.isCut = false;
    this.ways.up = { delayMs: 0, drops: false };
    this.ways.down = { delayMs: 0, drops: false };
  }

  async stop(): Promise<void> {
    this.breakAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(near: Socket): void {
    if (this.isCut) {
      near.destroy();
      return;
    }
    const far = connect(this.target(), '127.0.0.1');
    const pair = { near, far };
    this.pairs.add(pair);
    this.pass(near, far, 'up');
    this.pass(far, near, 'down');
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
  }

  private pass(from: Socket, to: Socket, direction: Direction): void {
    // One after the other: a delay that ends must not let bytes overtake those before them.
    let tail: Promise<void> | undefined;
    from.on('data', (bytes) => {
      const { drops, delayMs } = this.ways[direction];
      if (drops) return;
      if (delayMs === 0 && tail === undefined) {
        send(from, to, bytes);
        return;
      }
      const due = performance.now() + delayMs;
      const mine = (tail ?? Promise.resolve())
        .then(() => sleep(Math.max(0, due - performance.now())))
        .then(() => {
          send(from, to, bytes);
          if (tail === mine) tail = undefined;
        });
      tail = mine;
    });
  }
}

function send(from: Socket, to: Socket, bytes: Buffer): void {
  if (to.destroyed || to.write(bytes)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
