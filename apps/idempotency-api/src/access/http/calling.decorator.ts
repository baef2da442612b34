import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../caller.js';

/** Who calls (`Caller`). It comes from the credential and never from anything else that a caller writes. */
export const Calling = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller =>
    // As `switchToHttp().getRequest()`, without the object and its three functions that this makes for each parameter.
    context.getArgByIndex<FastifyRequest>(0).caller,
);
