import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  HeldResponse,
  nodeRequest,
  type NeutralRequest,
  type ResponseToSend,
} from '@infra-services/idempotency-middleware';
import type { HttpExchange } from './http-exchange.js';

/** What is needed of Fastify's request. */
export interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly originalUrl: string;
  readonly body?: unknown;
  readonly routeOptions: { readonly url?: string | undefined };
}

/** What is needed of Fastify's reply. */
export interface FastifyReply {
  readonly raw: ServerResponse;
  getHeaders(): OutgoingHttpHeaders;
  code(status: number): this;
  headers(headers: Readonly<Record<string, unknown>>): this;
  send: (payload?: unknown) => this;
}

/** Fastify keeps header fields of its own beside Node's response, and writes both when a reply is sent. */
export class FastifyExchange implements HttpExchange {
  readonly request: NeutralRequest;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;

  constructor(
    { raw, originalUrl, body, routeOptions }: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    this.incoming = raw;
    this.outgoing = reply.raw;
    this.request = nodeRequest(raw, {
      route: routeOptions.url ?? originalUrl.split('?', 1)[0] ?? '',
      url: originalUrl,
      body,
    });
  }

  hold(maxBodyBytes: number): HeldResponse {
    // What hooks have set by now (CORS, a request id) belongs to an answer in the handler's place as well.
    for (const [name, value] of Object.entries(this.reply.getHeaders())) {
      if (value !== undefined) this.outgoing.setHeader(name, value);
    }
    return new HeldResponse(this.outgoing, maxBodyBytes);
  }

  send({ status, headers, body }: ResponseToSend): void {
    this.reply.code(status).headers(headers).send(payloadOf(headers, body));
  }

  /** A second `send` would be logged as a mistake of the application. */
  ignoreFurtherAnswers(): void {
    this.reply.send = () => this.reply;
  }
}

/** Fastify gives bytes without a media type one of its own, and no type to a stream or to nothing. */
function payloadOf(headers: ResponseToSend['headers'], body: Uint8Array): unknown {
  if (body.byteLength === 0) return undefined;
  const bytes = Buffer.from(body);
  return 'content-type' in headers ? bytes : Readable.from([bytes]);
}
