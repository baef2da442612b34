/** What bounds an answer of the executor. What a claim means that leaves something out is `Terms`. */
export interface Defaults {
  readonly maxOutcomeBytes: number;
}

/** Nest's token for the defaults. */
export const DEFAULTS = Symbol('Defaults');
