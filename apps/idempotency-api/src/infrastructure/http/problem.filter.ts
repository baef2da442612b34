import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../../errors/problem.error.js';
import type { Logger } from '../logging/logger.js';
import { allowedMethods } from './allowed-methods.js';
import { problemHeaders, toProblem } from './problem-response.js';

/** The boundary: whatever is thrown leaves as a problem, and only our log sees the cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    this.answer(error, http.getRequest<FastifyRequest>(), reply);
  }

  /** Also for errors that Fastify meets before Nest does. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const path = pathOf(request.url);
    const known = error instanceof NotFoundException ? notRouted(path, reply) : error;
    const problem = toProblem(known, { instance: path, requestId: request.id });
    if (problem.status >= 500) {
      this.logger.error({ requestId: request.id, code: problem.code, err: error }, problem.title);
    }
    void reply.code(problem.status).headers(problemHeaders(problem)).send(JSON.stringify(problem));
  }
}

/** No route took the call: a path that exists lacks the method, any other does not exist. */
function notRouted(path: string, reply: FastifyReply): ProblemError {
  const allowed = allowedMethods(path);
  if (allowed.length === 0) return new ProblemError('ROUTE_NOT_FOUND');
  void reply.header('allow', allowed.join(', '));
  return new ProblemError('METHOD_NOT_ALLOWED');
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
