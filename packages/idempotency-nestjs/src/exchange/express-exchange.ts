import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  HeldResponse,
  nodeRequest,
  sendResponse,
  type NeutralRequest,
  type ResponseToSend,
} from '@infra-services/idempotency-middleware';
import type { HttpExchange } from './http-exchange.js';

/** What is needed of Express' request. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string;
  readonly path: string;
  readonly body?: unknown;
  readonly route?: { readonly path?: unknown };
}

/** Express' objects are Node's own. */
export class ExpressExchange implements HttpExchange {
  readonly request: NeutralRequest;

  constructor(
    readonly incoming: ExpressRequest,
    readonly outgoing: ServerResponse,
  ) {
    const route = incoming.route?.path;
    this.request = nodeRequest(incoming, {
      route: typeof route === 'string' ? route : incoming.path,
      url: incoming.originalUrl,
      body: incoming.body,
    });
  }

  hold(maxBodyBytes: number): HeldResponse {
    return new HeldResponse(this.outgoing, maxBodyBytes);
  }

  send(response: ResponseToSend): void {
    sendResponse(this.outgoing, response);
  }

  /** All that `res.send`, `json`, `redirect` and `render` come down to; Node would throw for the header fields. */
  ignoreFurtherAnswers(): void {
    const { outgoing } = this;
    const ignored = () => outgoing;
    Object.assign(outgoing, {
      setHeader: ignored,
      appendHeader: ignored,
      setHeaders: ignored,
      removeHeader: ignored,
      end: ignored,
    });
  }
}
