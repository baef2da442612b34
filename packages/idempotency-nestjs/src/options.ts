import { IdempotencyClient } from '@infra-services/idempotency-client';
import type { MiddlewareOptions, RouteOptions } from '@infra-services/idempotency-middleware';
import type { ExecutionContext, ModuleMetadata, Provider } from '@nestjs/common';

/** What a handler or a controller may say for itself. Callbacks are given Nest's execution context. */
export type IdempotentOptions = RouteOptions<ExecutionContext>;

/** Where the service is: its address, or a client that the application has made itself. */
export type ServiceOptions =
  | {
      /** Where the service is; a path in it is kept. */
      readonly baseUrl: string | URL;
      /** Of the service's tenant that this application is; a function is asked before every attempt. */
      readonly token?: string | (() => string | Promise<string>);
      readonly client?: never;
    }
  | {
      readonly client: MiddlewareOptions<ExecutionContext>['client'];
      readonly baseUrl?: never;
      readonly token?: never;
    };

/** The service, and defaults for every route. */
export type IdempotencyModuleOptions = Omit<MiddlewareOptions<ExecutionContext>, 'client'> & ServiceOptions;

/** Options that are known once other providers are there, such as a configuration. */
export interface IdempotencyModuleAsyncOptions<Dependencies extends unknown[] = never[]> {
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: Extract<Provider, { useFactory: unknown }>['inject'];
  readonly useFactory: (
    ...dependencies: Dependencies
  ) => IdempotencyModuleOptions | Promise<IdempotencyModuleOptions>;
}

/** The options as the core takes them. */
export function middlewareOptions(options: IdempotencyModuleOptions): MiddlewareOptions<ExecutionContext> {
  const { baseUrl, token, client, ...rest } = options;
  return {
    ...rest,
    client: client ?? new IdempotencyClient({ baseUrl, token, retry: { maxElapsedMs: CLAIM_RETRY_MS } }),
  };
}

/** As long as an HTTP client may be kept from its 503; outcomes are stored with the patience that they need. */
const CLAIM_RETRY_MS = 3_000;
