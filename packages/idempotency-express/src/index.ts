export { createIdempotency, type ExpressIdempotency } from './express-idempotency.js';
export { IdempotencyClient } from '@infra-services/idempotency-client';
export type {
  CapturedResponse,
  HandlerExecution,
  Meaning,
  MiddlewareHooks,
  MiddlewareOptions,
  RouteOptions,
} from '@infra-services/idempotency-middleware';
