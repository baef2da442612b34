import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to one request on its way. */
export type Fault =
  /** The connection ends before the service has seen the request. */
  | { readonly kind: 'drop' }
  /** The service answers, and the answer is lost. */
  | { readonly kind: 'cut' }
  /** Something in between answers in the service's place. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The request is late. */
  | { readonly kind: 'latency'; readonly ms: number };

interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
}

export interface FaultProxy {
  readonly url: string;
  /** Requests so far, in order of arrival. */
  readonly requests: readonly ProxiedRequest[];
  /** Decides on each request; undefined lets it pass. */
  decide: (request: ProxiedRequest) => Fault | undefined;
  stop(): Promise<void>;
}

/** An HTTP proxy before the service that loses, cuts, delays or replaces what passes. */
export async function startFaultProxy(serviceUrl: string): Promise<FaultProxy> {
  const target = new URL(serviceUrl);
  const agent = new Agent({ keepAlive: true });
  const requests: ProxiedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const seen = { method: incoming.method ?? '', path: incoming.url ?? '' };
    requests.push(seen);
    const fault = proxy.decide(seen);
    if (fault?.kind === 'drop') incoming.socket.destroy();
    else if (fault?.kind === 'answer') answer(incoming, outgoing, fault);
    else if (fault?.kind === 'latency') setTimeout(() => forward(incoming, outgoing, false), fault.ms);
    else forward(incoming, outgoing, fault?.kind === 'cut');
  });

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, isCut: boolean): void {
    const { hostname, port } = target;
    const { method, url: path, headers } = incoming;
    const upstream = request({ agent, hostname, port, method, path, headers }, (response) => {
      if (isCut) {
        response.resume();
        response.once('close', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
      response.once('error', () => incoming.socket.destroy());
    });
    upstream.once('error', () => incoming.socket.destroy());
    outgoing.once('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    decide: () => undefined,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      agent.destroy();
    },
  };
  return proxy;
}

function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers = {}, body = '' }: Extract<Fault, { kind: 'answer' }>,
): void {
  incoming.resume();
  outgoing.writeHead(status, headers).end(body);
}
