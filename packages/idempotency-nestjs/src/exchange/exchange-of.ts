import type { ServerResponse } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { ExpressExchange, type ExpressRequest } from './express-exchange.js';
import { FastifyExchange, type FastifyReply, type FastifyRequest } from './fastify-exchange.js';
import type { HttpExchange } from './http-exchange.js';

/** Told by the response itself, so that nothing of Nest has to be injected: Fastify's reply has Node's as `raw`. */
export function exchangeOf(context: ExecutionContext): HttpExchange {
  const http = context.switchToHttp();
  const response = http.getResponse<ServerResponse | FastifyReply>();
  return 'raw' in response
    ? new FastifyExchange(http.getRequest<FastifyRequest>(), response)
    : new ExpressExchange(http.getRequest<ExpressRequest>(), response);
}
