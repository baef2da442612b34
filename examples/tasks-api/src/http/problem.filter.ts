import {
  Catch,
  HttpException,
  HttpStatus,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RefusedError, type Refusal } from '../errors.js';
import { InvalidInputError } from './validation.js';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

const statusOf: Record<Refusal, HttpStatus> = {
  NOT_AUTHENTICATED: HttpStatus.UNAUTHORIZED,
  NOT_A_MEMBER: HttpStatus.FORBIDDEN,
  NOT_AN_OWNER: HttpStatus.FORBIDDEN,
  NOT_FOUND: HttpStatus.NOT_FOUND,
  UNKNOWN_ASSIGNEE: HttpStatus.UNPROCESSABLE_ENTITY,
  ALREADY_A_MEMBER: HttpStatus.CONFLICT,
};

/** The boundary: whatever is thrown leaves as a problem (RFC 9457), and only our log sees the cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = problemOf(error);
    if (problem.status >= 500) this.logger.error(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.code(problem.status).type('application/problem+json').send(problem);
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof RefusedError) {
    return { status: statusOf[error.code], code: error.code, detail: error.message };
  }
  if (error instanceof InvalidInputError) {
    return { status: 400, code: 'INVALID_INPUT', detail: error.message, errors: error.fields };
  }
  if (error instanceof HttpException) {
    return { status: error.getStatus(), code: 'REFUSED', detail: error.message };
  }
  return { status: 500, code: 'INTERNAL', detail: 'The server failed; its log says why.' };
}
