import { IdempotencyMiddleware } from '@infra-services/idempotency-middleware';
import { Module, type DynamicModule, type ExecutionContext, type Provider } from '@nestjs/common';
import {
  middlewareOptions,
  type IdempotencyModuleAsyncOptions,
  type IdempotencyModuleOptions,
} from './options.js';

/**
 * Makes `@Idempotent()` work in every module of the application. Without it, an application that uses the decorator does
 * not start.
 */
@Module({})
export class IdempotencyModule {
  /** @throws {TypeError} that names the option which cannot be honoured. */
  static forRoot(options: IdempotencyModuleOptions): DynamicModule {
    return dynamicModule({ provide: IdempotencyMiddleware, useValue: middlewareOf(options) });
  }

  /** As `forRoot`, with options that other providers know. */
  static forRootAsync<Dependencies extends unknown[]>(
    options: IdempotencyModuleAsyncOptions<Dependencies>,
  ): DynamicModule {
    const { imports = [], inject = [], useFactory } = options;
    const provider: Provider = {
      provide: IdempotencyMiddleware,
      inject,
      useFactory: async (...dependencies: Dependencies) => middlewareOf(await useFactory(...dependencies)),
    };
    return { ...dynamicModule(provider), imports };
  }
}

function middlewareOf(options: IdempotencyModuleOptions): IdempotencyMiddleware<ExecutionContext> {
  return new IdempotencyMiddleware(middlewareOptions(options));
}

function dynamicModule(provider: Provider): DynamicModule {
  return { module: IdempotencyModule, global: true, providers: [provider], exports: [IdempotencyMiddleware] };
}
