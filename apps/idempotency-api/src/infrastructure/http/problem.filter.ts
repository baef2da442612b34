import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../../errors/problem.error.js';
import type { Logger } from '../logging/logger.js';
import { allowedMethods } from './allowed-methods.js';
import { traceOf } from './observe-calls.js';
import { problemHeaders, toProblem } from './problem-response.js';

/** The boundary: whatever is thrown leaves as a problem, and only our log sees the cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    this.answer(meantBy(error, request, reply), request, reply);
  }

  /** Also for errors that Fastify meets before Nest does. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const path = pathOf(request.url);
    const problem = toProblem(error, { instance: path, requestId: request.id });
    if (problem.status >= 500) {
      this.logger.error(
        { requestId: request.id, ...traceOf(request), code: problem.code, err: error },
        problem.title,
      );
    }
    request.problemCode = problem.code;
    void reply.code(problem.status).headers(problemHeaders(problem)).send(JSON.stringify(problem));
  }
}

/** What is behind an error that Nest hands over. */
function meantBy(error: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
  // The caller hung up within its own body: nobody hears the answer, and the log must not call it our failure.
  if (request.raw.destroyed && !request.raw.complete) return new ProblemError('MALFORMED_HTTP');
  // Whatever is wrong with a body does not matter where nobody takes it.
  if (request.is404) return notRouted(pathOf(request.url), reply);
  // Nest wraps what Fastify refuses, and only what it wraps has the code that says why.
  return error instanceof HttpException ? error.cause : error;
}

/** No route took the call: a path that exists lacks the method, any other does not exist. */
function notRouted(path: string, reply: FastifyReply): ProblemError {
  const allowed = allowedMethods(path);
  if (allowed.length === 0) return new ProblemError('ROUTE_NOT_FOUND');
  void reply.header('allow', allowed.join(', '));
  return new ProblemError('METHOD_NOT_ALLOWED');
}

/** The path of a request target, also of one with scheme and host, as proxies may send it (RFC 9112 §3.2.2). */
function pathOf(target: string): string {
  const url = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
