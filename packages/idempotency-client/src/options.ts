import type { ClientHooks } from './hooks.js';

/** What a client is made of. */
export interface ClientOptions {
  /** Where the service is; a path in it is kept (`https://gateway/idempotency`). */
  baseUrl: string | URL;
  /** Sent as `Authorization: Bearer`; a function is asked before every attempt, so that tokens can be rotated. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** Absent: the runtime's own. */
  fetch?: typeof fetch | undefined;
  /** Milliseconds that one attempt may take beyond the time the service was asked to wait. */
  timeoutMs?: number | undefined;
  retry?: RetryPolicy | undefined;
  /**
   * Milliseconds from the first failure for which `execute` goes on trying to store an outcome. Absent: the rest of the
   * lease, at least 30 s. Apart from `retry`, since giving up here leaves an unknown outcome.
   */
  completionBudgetMs?: number | undefined;
  /** Who claims, for people who read records; a claim may name another. */
  owner?: string | undefined;
  hooks?: ClientHooks | undefined;
  /** Sent with every call. */
  headers?: Record<string, string> | undefined;
}

/** How a call is repeated. Full jitter: a pause is anything from none to `baseDelayMs * 2^n`. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  maxAttempts?: number | undefined;
  /** Milliseconds from the first failure after which no further attempt begins. */
  maxElapsedMs?: number | undefined;
  /** Milliseconds of the first pause at the most. */
  baseDelayMs?: number | undefined;
  /** Milliseconds of any pause at the most, unless the service asks for more (`Retry-After`). */
  maxDelayMs?: number | undefined;
}

/** What every low-level call takes. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Over the client's own, member by member; `false` means one attempt. */
  retry?: RetryPolicy | false | undefined;
  /** Over the client's own. */
  timeoutMs?: number | undefined;
}

export const defaults = {
  /** The service itself gives up on its store within two seconds; what takes longer than this is lost on its way. */
  timeoutMs: 5_000,
  /** Long enough for a service that restarts, short enough for a caller who waits. */
  retry: { maxAttempts: 10, maxElapsedMs: 15_000, baseDelayMs: 100, maxDelayMs: 5_000 },
  /** How long `execute` waits for an execution in flight. */
  waitMs: 30_000,
  /** What happened must be stored: this goes on when ordinary calls have given up. */
  completionBudgetMs: 30_000,
} as const;
