/** What a call means that leaves something out, and how large an outcome may be. Durations in milliseconds. */
export interface Defaults {
  readonly leaseMs: number;
  readonly retentionMs: number;
  readonly maxOutcomeBytes: number;
}

/** Nest's token for the defaults. */
export const DEFAULTS = Symbol('Defaults');
