import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { IdempotentOptions } from './options.js';

/** Where the decorator leaves its options. */
export const idempotentMetadata = 'infra-services:idempotent';

/** What `@Idempotent()` says on the handler and on its controller; undefined where it is not. */
export interface DecoratedOptions {
  readonly handler: IdempotentOptions | undefined;
  readonly controller: IdempotentOptions | undefined;
}

/** Made here and not injected: it has no state, and an application may have several copies of Nest's core installed. */
const reflector = new Reflector();

export function decoratedOptions(context: ExecutionContext): DecoratedOptions {
  return {
    handler: reflector.get<IdempotentOptions | undefined>(idempotentMetadata, context.getHandler()),
    controller: reflector.get<IdempotentOptions | undefined>(idempotentMetadata, context.getClass()),
  };
}
