import type { ProblemCode } from '@infra-services/idempotency-contract';

/**
 * For logs and metrics: plain events, without bodies and tokens. Whatever a hook throws is ignored, since reporting an
 * operation must not decide whether it counts.
 */
export interface ClientHooks {
  /** One attempt of a call has ended. */
  onCall?(event: CallEvent): void;
  /** An attempt failed and another follows after `delayMs`. */
  onRetry?(event: RetryEvent): void;
  /** `execute` has ended, in whatever way. */
  onExecution?(event: ExecutionEvent): void;
  /** `ctx.signal` was aborted as the claim is, or must be presumed, somebody else's. */
  onOwnershipLost?(event: OwnershipLostEvent): void;
}

export interface CallEvent {
  /** The contract's name of the call: `claim`, `complete`, … */
  readonly operation: string;
  readonly namespace?: string;
  readonly key?: string;
  /** From 1. */
  readonly attempt: number;
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The problem's code; null on success and where the answer was not the API's. */
  readonly code: ProblemCode | null;
  readonly durationMs: number;
}

export interface RetryEvent {
  readonly operation: string;
  readonly namespace?: string;
  readonly key?: string;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: Error;
}

/** How an `execute` ended. */
export type ExecutionResult =
  /** The operation ran and its outcome is stored. */
  | 'executed'
  /** The outcome of an earlier execution was given. */
  | 'replayed'
  /** The operation ran and failed, and the failure is stored as the outcome. */
  | 'failure-stored'
  /** The operation says that nothing happened; the claim was released, or its lease runs out. */
  | 'nothing-happened'
  /** The operation failed and cannot say whether anything happened. */
  | 'unknown'
  /** The operation ran and its outcome is not known to be stored. */
  | 'not-recorded'
  /** The operation did not run: refused, aborted, or the service could not be reached. */
  | 'not-run';

export interface ExecutionEvent {
  readonly namespace: string;
  readonly key: string;
  readonly result: ExecutionResult;
  /** Null where nothing was granted or replayed. */
  readonly attempt: number | null;
  readonly durationMs: number;
  /** What `execute` rejects with. */
  readonly error?: unknown;
}

export interface OwnershipLostEvent {
  readonly namespace: string;
  readonly key: string;
  readonly fencingToken: number;
  readonly attempt: number;
  /** The service said so, or the lease's end passed without a renewal. */
  readonly reason: 'claim-lost' | 'lease-over';
}

type EventOf<N extends keyof ClientHooks> = Parameters<NonNullable<ClientHooks[N]>>[0];

/** Calls a hook; its failure, at once or as a promise, stays its own. */
export function report<N extends keyof ClientHooks>(
  hooks: ClientHooks | undefined,
  name: N,
  event: EventOf<N>,
): void {
  const hook = hooks?.[name] as ((event: EventOf<N>) => unknown) | undefined;
  if (!hook) return;
  try {
    // An `async` hook is a promise that nobody awaits: unhandled, its rejection would end the process.
    void Promise.resolve(hook.call(hooks, event)).catch(() => undefined);
  } catch {
    return;
  }
}
