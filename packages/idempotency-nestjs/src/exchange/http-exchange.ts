import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import type { HeldResponse, NeutralRequest, ResponseToSend } from '@infra-services/idempotency-middleware';
import { ExpressExchange, type ExpressRequest } from './express-exchange.js';
import { FastifyExchange, type FastifyReply, type FastifyRequest } from './fastify-exchange.js';

/** One request and its response, whichever platform carries them. */
export interface HttpExchange {
  readonly request: NeutralRequest;
  /** Node's own objects, below the platform. */
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** From here on, what is written to the response is held back. */
  hold(maxBodyBytes: number): HeldResponse;
  /** Answers through the platform, so that header fields and hooks of the application take part. */
  send(response: ResponseToSend): void;
  /** The answer was sent: what Nest writes once the interceptor returns is dropped. */
  ignoreFurtherAnswers(): void;
}

/** Told by the response itself, so that nothing of Nest has to be injected: Fastify's reply has Node's as `raw`. */
export function httpExchange(context: ExecutionContext): HttpExchange {
  const http = context.switchToHttp();
  const response = http.getResponse<ServerResponse | FastifyReply>();
  return 'raw' in response
    ? new FastifyExchange(http.getRequest<FastifyRequest>(), response)
    : new ExpressExchange(http.getRequest<ExpressRequest>(), response);
}
