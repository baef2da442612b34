import { IdempotencyMiddleware } from '@infra-services/idempotency-middleware';
import { applyDecorators, SetMetadata, UseInterceptors, type ExecutionContext } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { idempotentMetadata } from './idempotent-metadata.js';
import type { IdempotentOptions } from './options.js';

/**
 * Requests to this handler run at most once for each `Idempotency-Key`; on a controller, to each of its handlers for
 * POST and PATCH (the module's `methods`). A handler's options go before its controller's, those before the module's.
 * @throws {TypeError} that names the option which cannot be honoured.
 */
export function Idempotent(options: IdempotentOptions = {}): ClassDecorator & MethodDecorator {
  // Here and not with the first request: what is wrong keeps the application from starting.
  checker.policy(options);
  return applyDecorators(SetMetadata(idempotentMetadata, options), UseInterceptors(IdempotencyInterceptor));
}

/** Checks the options of routes alone; it never meets a request, so its client is never called. */
const checker = new IdempotencyMiddleware<ExecutionContext>({
  client: {
    execute: () => Promise.reject(new Error('not for requests')),
    complete: () => Promise.reject(new Error('not for requests')),
  },
});
