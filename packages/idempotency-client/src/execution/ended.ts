import type { ExecutionResult } from '../hooks.js';
import type { Execution } from './options.js';

/** How an `execute` ended: with a value, or with what it rejects with. */
export type Ended<T> = {
  readonly result: ExecutionResult;
  /** Null where nothing was granted or replayed. */
  readonly attempt: number | null;
} & ({ readonly execution: Execution<T> } | { readonly error: unknown });
