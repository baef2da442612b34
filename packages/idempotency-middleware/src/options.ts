import type { IdempotencyClient } from '@infra-services/idempotency-client';
import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import type { CapturedResponse, Meaning, NeutralRequest } from './exchange.js';
import type { MiddlewareHooks } from './hooks.js';

/** A middleware: where the service is, and defaults for every route. `Request` is the framework's own request. */
export interface MiddlewareOptions<Request> extends RouteOptions<Request> {
  readonly client: Pick<IdempotencyClient, 'execute' | 'complete'>;
  /** Methods that are protected without further ado. Default POST and PATCH; safe methods are refused. */
  readonly methods?: readonly string[];
  /**
   * Goes before every default namespace: two applications with a `POST /orders` each that share one service must not
   * share their records. 1–40 of `[A-Za-z0-9-]`. Default: nothing.
   */
  readonly application?: string;
  readonly hooks?: MiddlewareHooks;
}

/** What a route may say for itself. */
export interface RouteOptions<Request> {
  /** Whether a request without a key is refused (400) or passes unprotected. Default true. */
  readonly required?: boolean;
  /** `enforce` (default), or `shadow`: report through `onShadow` what would have been done, and do nothing. */
  readonly mode?: 'enforce' | 'shadow';
  /** Default: method and route template, `POST.orders.:id.pay`. Routes that share one share their keys. */
  readonly namespace?: string;
  /**
   * Whose request it is: becomes part of the record's key, so that nobody meets another's response. Take it from the
   * credential that was verified, never from what a client may choose. Undefined stands for callers without a tenant.
   */
  readonly tenant?: (request: Request) => string | undefined | Promise<string | undefined>;
  /** How long a response replays, in milliseconds. Default: the service's, 24 h. */
  readonly retentionMs?: number;
  /** How long this process may be silent before it is presumed gone, in milliseconds; renewed meanwhile. Default: the service's, 30 s. */
  readonly leaseMs?: number;
  /** Default `block`: an operation whose process is gone is not run again until the record is resolved. */
  readonly onLeaseExpiry?: OnLeaseExpiry;
  /** How long a duplicate waits for the first request to end before it is told 409, in milliseconds. Default 0, as the draft has it. */
  readonly waitMs?: number;
  /** After this long a handler that has not answered is given up: the outcome is unknown. Milliseconds, default 10 minutes. */
  readonly maxExecutionMs?: number;
  /** Response header fields that are stored and replayed, any case. Set-Cookie and hop-by-hop fields are refused. */
  readonly replayHeaders?: readonly string[];
  /** A larger response goes through, and is completed without its body. Bytes, default 262,144. */
  readonly maxBodyBytes?: number;
  /** What a response says about its operation; undefined leaves it to the default (`meaningOfStatus`). */
  readonly outcomeOf?: (response: CapturedResponse) => Meaning | undefined;
  /** What to do when the service gives no answer: `reject` (default, 503) or `run` unprotected. */
  readonly whenUnavailable?: 'reject' | 'run';
  /** A body that nobody has read before the handler: `refuse` (default, 415), or `ignore` it in the fingerprint. */
  readonly unreadBody?: 'refuse' | 'ignore';
  /** What of the body two requests with one key must share; default: all of it. Leave out what changes on a retry. */
  readonly significantBody?: (body: unknown, request: NeutralRequest) => unknown;
}
