export { CurrentExecution } from './current-execution.decorator.js';
export { IdempotencyModule } from './idempotency.module.js';
export { Idempotent } from './idempotent.decorator.js';
export type {
  IdempotencyModuleAsyncOptions,
  IdempotencyModuleOptions,
  IdempotentOptions,
  ServiceOptions,
} from './options.js';
export type {
  CapturedResponse,
  DecisionEvent,
  HandlerExecution,
  Meaning,
  MiddlewareHooks as IdempotencyHooks,
  ShadowEvent,
} from '@infra-services/idempotency-middleware';
