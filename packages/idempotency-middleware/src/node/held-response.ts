import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { CapturedResponse, ResponseToSend } from '../exchange.js';
import { isBodyless } from './bodyless.js';
import { capturedHeaders } from './captured-headers.js';
import { Disconnection } from './disconnection.js';
import { HeldBody } from './held-body.js';
import { headerFields, optionalArguments, type Callback } from './node-arguments.js';
import { sendResponse } from './send-response.js';

/**
 * holding: what the handler writes is kept, and it sees a response that behaves as if it were sent;
 * open: everything goes through; closed: another answer was sent, what the handler still writes is dropped.
 */
type State = 'holding' | 'open' | 'closed';

/**
 * Holds back what a handler writes to Node's response, whatever way it goes about it: `end`, `write`, a pipe, and all
 * that frameworks build on them. Wrappers further out (compression, sessions) see it when it is released; wrappers
 * further in have had their turn.
 */
export class HeldResponse {
  /** Resolves when the response has ended or has outgrown the limit; rejects when it can do neither any more. */
  readonly captured: Promise<CapturedResponse>;

  private state: State = 'holding';
  private headBegun = false;
  private ended = false;
  private endCallback: Callback | undefined;
  private readonly body: HeldBody;
  private readonly before: OutgoingHttpHeaders;
  private readonly disconnection: Disconnection;
  private readonly own: Pick<ServerResponse, 'write' | 'end' | 'writeHead' | 'flushHeaders' | 'destroy'>;
  private status: number;
  private resolve!: (response: CapturedResponse) => void;
  private reject!: (error: Error) => void;

  constructor(
    private readonly res: ServerResponse,
    maxBodyBytes: number,
  ) {
    this.captured = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever holds a response without executing (a capture further up came first) need not listen.
    this.captured.catch(() => undefined);
    this.body = new HeldBody(maxBodyBytes);
    this.before = { ...res.getHeaders() };
    this.status = res.statusCode;
    this.own = {
      write: res.write.bind(res),
      end: res.end.bind(res),
      writeHead: res.writeHead.bind(res),
      flushHeaders: res.flushHeaders.bind(res),
      destroy: res.destroy.bind(res),
    };
    this.disconnection = new Disconnection(res, () => this.reject(new Error('the response was cut off')));
    this.takeOver();
  }

  /** Lets what was held go to the client, and everything after it go through. */
  release(): void {
    if (this.state !== 'holding') return;
    this.open();
    if (!this.headBegun) return;
    this.res.statusCode = this.status;
    const { body, ended, endCallback } = this;
    if (ended) {
      this.own.end(body.bytes(), endCallback);
    } else if (this.own.write(body.bytes())) {
      process.nextTick(() => this.res.emit('drain'));
    }
    body.confirm();
    this.disconnection.reveal();
  }

  /** Sends this in place of what was held; what the handler writes from now on is dropped. */
  replace(response: ResponseToSend): void {
    if (this.state !== 'holding') return;
    this.open();
    for (const name of this.res.getHeaderNames()) this.res.removeHeader(name);
    for (const [name, value] of Object.entries(this.before)) {
      if (value !== undefined) this.res.setHeader(name, value);
    }
    this.res.statusMessage = '';
    sendResponse(this.res, response);
    this.state = 'closed';
    this.body.confirm();
    this.endCallback?.();
    this.disconnection.reveal();
  }

  private open(): void {
    this.state = 'open';
    Reflect.deleteProperty(this.res, 'headersSent');
    Reflect.deleteProperty(this.res, 'writableEnded');
    this.disconnection.unmask();
  }

  /** The functions stay in place for good: a wrapper further in may have kept a reference to them. */
  private takeOver(): void {
    const { res, own } = this;
    const whenOpen = <A extends unknown[], R>(through: (...args: A) => R, held: (...args: A) => R) => {
      return (...args: A): R => (this.state === 'open' ? through(...args) : held(...args));
    };
    define(res, {
      write: whenOpen(own.write as (...args: unknown[]) => boolean, (chunk, ...rest) =>
        this.write(chunk, rest),
      ),
      end: whenOpen(own.end as (...args: unknown[]) => ServerResponse, (...args) => this.end(args)),
      writeHead: whenOpen(own.writeHead as (...args: unknown[]) => ServerResponse, (status, ...rest) =>
        this.writeHead(status as number, rest),
      ),
      flushHeaders: whenOpen(own.flushHeaders, () => this.begin()),
      destroy: (error?: Error) => {
        if (this.state === 'holding') this.reject(new Error('the response was destroyed', { cause: error }));
        return own.destroy(error);
      },
    });
    for (const name of ['setHeader', 'appendHeader', 'removeHeader', 'setHeaders'] as const) {
      const change = (res[name] as (...args: unknown[]) => unknown).bind(res);
      define(res, {
        [name]: (...args: unknown[]) => {
          if (this.state === 'closed') return this.res;
          if (this.state === 'holding' && this.headBegun) throw headersSentError(name);
          return change(...args);
        },
      });
    }
  }

  private writeHead(status: number, [first, second]: unknown[]): ServerResponse {
    if (this.state !== 'holding') return this.res;
    if (this.headBegun) throw headersSentError('writeHead');
    this.res.statusCode = status;
    if (typeof first === 'string') this.res.statusMessage = first;
    const fields = (typeof first === 'string' ? second : first) as
      OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined;
    for (const [name, values] of headerFields(fields)) this.res.setHeader(name, values);
    this.headBegun = true;
    this.status = status;
    mask(this.res, 'headersSent');
    return this.res;
  }

  /** As Node does: the head is written by the first byte, through whoever has wrapped `writeHead` further in. */
  private begin(): void {
    if (this.state === 'holding' && !this.headBegun) this.res.writeHead(this.res.statusCode);
  }

  private write(chunk: unknown, rest: unknown[]): boolean {
    const { encoding, callback } = optionalArguments(rest);
    if (this.state === 'closed' || this.ended) {
      if (callback) process.nextTick(callback);
      return true;
    }
    this.begin();
    this.disconnection.progressed();
    const fits = this.body.add(chunk as string | Uint8Array, encoding, callback);
    if (!fits) this.settle(null);
    return fits;
  }

  private end(args: unknown[]): ServerResponse {
    // The chunk may be left out; a text that stands alone is the chunk and no encoding.
    const [chunk, rest] = typeof args[0] === 'function' ? [undefined, args] : [args[0], args.slice(1)];
    const { encoding, callback } = optionalArguments(rest);
    if (this.state === 'closed' || this.ended) {
      if (callback) process.nextTick(callback);
      return this.res;
    }
    this.begin();
    if (chunk !== undefined && chunk !== null)
      this.body.add(chunk as string | Uint8Array, encoding, undefined);
    this.ended = true;
    this.endCallback = callback;
    mask(this.res, 'writableEnded');
    this.disconnection.completed();
    this.settle(this.body.overflowed ? null : this.body.bytes());
    return this.res;
  }

  private settle(body: Uint8Array | null): void {
    const { status } = this;
    const headers = capturedHeaders(this.res.getHeaders());
    this.resolve({ status, headers, body: isBodyless(status) ? new Uint8Array() : body });
  }
}

/** An own property that says yes, before the one of the prototype, until it is deleted. */
function mask(res: ServerResponse, property: 'headersSent' | 'writableEnded'): void {
  Object.defineProperty(res, property, { value: true, configurable: true });
}

function define(res: ServerResponse, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(res, name, { value, configurable: true, writable: true });
  }
}

/** What Node throws, so that handlers and frameworks behave as they do without us. */
function headersSentError(operation: string): Error {
  return Object.assign(new Error(`Cannot ${operation} headers after they are sent to the client`), {
    code: 'ERR_HTTP_HEADERS_SENT',
  });
}
