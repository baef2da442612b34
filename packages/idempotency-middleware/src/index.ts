export type {
  Admission,
  Answer,
  CapturedResponse,
  HandlerExecution,
  Meaning,
  NeutralRequest,
  ObservedResponse,
  RequestBody,
  ResponseToSend,
  RunHandler,
} from './exchange.js';
export type { DecisionEvent, ExchangeEvent, MiddlewareHooks, ShadowEvent } from './hooks.js';
export { meaningOfStatus } from './meaning.js';
export { IdempotencyMiddleware } from './middleware.js';
export type { MiddlewareOptions, RouteOptions } from './options.js';
export type { DefaultedOption, Policy } from './policy.js';
export {
  middlewareProblems,
  middlewareProblemType,
  problemResponse,
  type MiddlewareProblemCode,
} from './problems.js';
export { defaultReplayHeaders } from './replay-headers.js';
export { capturedHeaders } from './node/captured-headers.js';
export { guardResponse, observeResponse, type GuardedExchange } from './node/guard-response.js';
export { HeldResponse } from './node/held-response.js';
export { nodeRequest, type RequestDetails } from './node/node-request.js';
export { sendResponse } from './node/send-response.js';
