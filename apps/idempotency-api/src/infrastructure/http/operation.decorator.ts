import { applyDecorators, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import type { Operation } from '@infra-services/idempotency-contract';

/** Mounts a controller's method as an operation of the contract: its method, its path, its status. */
export function Implements(operation: Operation): MethodDecorator {
  const statuses = Object.keys(operation.responses).map(Number);
  return applyDecorators(
    RequestMapping({
      method: RequestMethod[operation.method],
      path: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    }),
    HttpCode(Math.max(...statuses)),
  );
}
