import type { MiddlewareProblemCode } from './problems.js';

/** What every event tells: never a body, a tenant or a claim token. */
export interface ExchangeEvent {
  readonly method: string;
  readonly route: string;
  readonly namespace: string;
}

/** How a protected request ended. */
export interface DecisionEvent extends ExchangeEvent {
  readonly kind: 'executed' | 'replayed' | 'refused' | 'ran-unprotected';
  /** The problem that was answered. */
  readonly code?: MiddlewareProblemCode;
  /** What went wrong, for a log; never shown to the client. */
  readonly error?: unknown;
}

/** What would have been done, had the route been enforced. */
export interface ShadowEvent extends ExchangeEvent {
  /** `dropped`: too many observations were open, this one was not made. */
  readonly kind: 'would-execute' | 'would-replay' | 'would-refuse' | 'dropped';
  readonly code?: MiddlewareProblemCode;
  readonly error?: unknown;
}

/** For logs and metrics. What a hook throws is dropped: watching a request must not fail it. */
export interface MiddlewareHooks {
  onDecision?(event: DecisionEvent): void;
  onShadow?(event: ShadowEvent): void;
}

/** Calls a hook, whatever it does. */
export function tell<Event>(hook: ((event: Event) => void) | undefined, event: Event): void {
  try {
    hook?.(event);
  } catch {
    // Watching a request must not fail it, and there is nobody else to tell.
  }
}
