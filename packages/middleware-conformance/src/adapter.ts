import type { Socket } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';
import type {
  HandlerExecution,
  MiddlewareOptions,
  RouteOptions,
} from '@infra-services/idempotency-middleware';

/** What the suite's callbacks read of any framework's request. */
export interface RequestWithHeaders {
  readonly headers: IncomingHttpHeaders;
}

/** What a handler is called with. */
export interface Call {
  readonly body: unknown;
  readonly execution: HandlerExecution | null;
  /** The client's connection, as the server sees it. */
  readonly socket: Socket;
}

/** What a handler answers, in whatever way its route prescribes. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Absent: the response ends without a body. */
  readonly body?: string | Uint8Array;
}

export interface ConformanceRoute {
  readonly method: 'POST' | 'PUT' | 'GET';
  /** `/orders/:id` */
  readonly path: string;
  readonly options: RouteOptions<RequestWithHeaders>;
  /** One of the adapter's ways. */
  readonly way: string;
  /** What it throws the framework's own error handling gets. */
  readonly handle: (call: Call) => Promise<Reply>;
}

export interface ConformanceApp {
  readonly middleware: MiddlewareOptions<RequestWithHeaders>;
  readonly routes: readonly ConformanceRoute[];
}

export interface RunningApp {
  readonly url: string;
  stop(): Promise<void>;
}

/** What a framework adapter brings to the suite. */
export interface Adapter {
  /** Every way in which a handler can answer; the first is the usual one. */
  readonly ways: readonly string[];
  /**
   * Starts an application that parses JSON bodies and leaves others unread. An error with a `statusCode` becomes a
   * response of that status, any other one a 500.
   */
  start(app: ConformanceApp): Promise<RunningApp>;
}
