import type { IncomingMessage } from 'node:http';
import type { HandlerExecution } from '@infra-services/idempotency-middleware';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { exchangeOf } from './exchange/exchange-of.js';

const executions = new WeakMap<IncomingMessage, HandlerExecution>();

/** Keeps the execution for as long as its request lives. */
export function rememberExecution(request: IncomingMessage, execution: HandlerExecution): void {
  executions.set(request, execution);
}

/**
 * The execution that a handler is: its fencing token, its abort signal, its checkpoints, and `declare` for an answer whose
 * meaning its status does not tell. Null where the request is not protected (no key where none is required, shadow mode,
 * `whenUnavailable: 'run'`).
 */
export const CurrentExecution = createParamDecorator(
  (_: unknown, context: ExecutionContext): HandlerExecution | null =>
    executions.get(exchangeOf(context).incoming) ?? null,
);
