import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one call. */
export type Fault =
  /** Not passed on: the service never sees it. */
  | 'request-lost'
  /** Done by the service, and the answer is thrown away. */
  | 'answer-lost'
  /** 503 from somewhere on the way. */
  | 'unavailable'
  /** Passed on after a while. */
  | 'late'
  /** Accepted, and neither passed on nor answered. */
  | 'hang'
  | undefined;

/** An HTTP proxy in front of the service that fails on demand. */
export class FaultProxy {
  /** Chooses what becomes of a call; by default nothing happens to it. */
  fault: (path: string) => Fault = () => undefined;
  private readonly server: Server;

  private constructor(private readonly target: URL) {
    this.server = createServer((req, res) => {
      this.pass(req, res);
    });
  }

  static async inFrontOf(url: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(url));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private pass(req: IncomingMessage, res: ServerResponse): void {
    const fault = this.fault(req.url ?? '');
    if (fault === 'hang') return;
    if (fault === 'request-lost') {
      res.destroy();
      return;
    }
    if (fault === 'unavailable') {
      res.writeHead(503, { 'Retry-After': '0' }).end();
      return;
    }
    if (fault === 'late') setTimeout(() => this.passOn(req, res), LATE_MS);
    else this.passOn(req, res, fault);
  }

  private passOn(req: IncomingMessage, res: ServerResponse, fault?: Fault): void {
    const { hostname, port } = this.target;
    const onward = request({ hostname, port, path: req.url, method: req.method, headers: req.headers });
    onward.on('response', (answer) => {
      if (fault === 'answer-lost') {
        answer.resume().on('end', () => res.destroy());
        return;
      }
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => res.destroy()).pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.on('error', () => onward.destroy()).pipe(onward);
  }
}

/** Long enough that calls overtake one another. */
const LATE_MS = 30;
