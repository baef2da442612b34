export { idempotency } from './plugin.js';
export { IdempotencyClient } from '@infra-services/idempotency-client';
export type {
  CapturedResponse,
  HandlerExecution,
  Meaning,
  MiddlewareHooks,
  MiddlewareOptions,
  RouteOptions,
} from '@infra-services/idempotency-middleware';
