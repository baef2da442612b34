import type { ServerResponse } from 'node:http';

/**
 * Keeps a handler from noticing that the client has gone while its response is held: its operation is under way, and
 * the answer is for the retry. Without this a pipe into the response would break off and its outcome be lost.
 */
export class Disconnection {
  private masked = true;
  private happened = false;
  private complete = false;
  private stall: NodeJS.Timeout | undefined;
  private readonly emit: ServerResponse['emit'];

  /** @param cutOff called when nobody goes on with a response that was begun. */
  constructor(
    private readonly res: ServerResponse,
    private readonly cutOff: () => void,
  ) {
    this.emit = res.emit.bind(res);
    const intercepted = (event: string | symbol, ...args: unknown[]): boolean => {
      if (!this.masked || event !== 'close') return this.emit(event as 'close', ...(args as []));
      this.occur();
      return true;
    };
    Object.defineProperty(res, 'emit', { value: intercepted, configurable: true, writable: true });
    // What streams and `on-finished` ask before they begin to write; Node sets the first two on its own objects.
    this.pretend('destroyed', false);
    this.pretend('_closed', false);
    this.pretend('socket', null);
  }

  /** The handler has written. */
  progressed(): void {
    if (this.happened && !this.complete) this.watch();
  }

  /** The handler has ended its response. */
  completed(): void {
    this.complete = true;
    clearTimeout(this.stall);
  }

  /** The handler sees again what is. */
  unmask(): void {
    this.masked = false;
    clearTimeout(this.stall);
  }

  /** Passes on the event that was kept back. */
  reveal(): void {
    if (this.happened) this.emit('close');
  }

  private occur(): void {
    this.happened = true;
    this.progressed();
  }

  /**
   * A response that was begun and is not gone on with has lost its source: a framework which cannot report an error
   * any more cuts the connection, and never ends the response.
   */
  private watch(): void {
    clearTimeout(this.stall);
    if (this.res.headersSent) this.stall = setTimeout(this.cutOff, STALL_MS).unref();
  }

  private pretend(property: string, meanwhile: unknown): void {
    let value: unknown = Reflect.get(this.res, property);
    Object.defineProperty(this.res, property, {
      configurable: true,
      enumerable: true,
      get: () => (this.masked && this.happened ? meanwhile : value),
      set: (next: unknown) => (value = next),
    });
  }
}

/** Longer than sources of streams pause, shorter than the default lease takes to worry anybody. */
const STALL_MS = 30_000;
