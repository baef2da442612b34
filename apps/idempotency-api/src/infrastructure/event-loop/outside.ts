import { AsyncLocalStorage } from 'node:async_hooks';

/** Calls a function outside of any call's async context: what many calls share belongs to none of them. */
export const outside = AsyncLocalStorage.snapshot();
