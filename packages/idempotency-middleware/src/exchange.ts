import type { ExecutionContext } from '@infra-services/idempotency-client';

/** What the core needs to know of a request, whatever framework it came through. */
export interface NeutralRequest {
  readonly method: string;
  /** The route's template, `/orders/:id`, where the framework knows it; else the path. */
  readonly route: string;
  /** Path and query as the client sent them. */
  readonly url: string;
  /** One entry a header line, so that two `Idempotency-Key` lines are not taken for one. */
  readonly keyLines: readonly string[];
  /** `Content-Type` as sent. */
  readonly contentType: string | undefined;
  readonly body: RequestBody;
}

/** The request's body as far as the framework has read it. */
export type RequestBody =
  | { readonly kind: 'none' }
  /** Any value that a parser made of it; compared in its canonical JSON form (RFC 8785). */
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** There is a body and nobody has read it (multipart, a stream that the handler reads). */
  | { readonly kind: 'unread' };

/** A response as the handler gave it, held back until its outcome is stored. */
export interface CapturedResponse {
  /** 200–599. */
  readonly status: number;
  /** Lower-case names; a field that was set several times has several values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Null where it went beyond `maxBodyBytes`: then only status and headers are stored. */
  readonly body: Uint8Array | null;
  /** What the handler threw, where the framework shows it; for `outcomeOf`. */
  readonly error?: unknown;
}

/** A whole response for the adapter to write: a replay or a problem. */
export interface ResponseToSend {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What the client gets. */
export type Answer =
  /** What was captured, unchanged: its outcome is stored, or need not be. */
  | { readonly kind: 'captured' }
  /** This, in place of whatever was captured. */
  | { readonly kind: 'instead'; readonly response: ResponseToSend };

/**
 * What a response says about its operation: `store` replays it to duplicates; `nothing-happened` frees the key for the
 * next request; `unknown` lets nobody execute until somebody has resolved the record (or, under `takeover`, lets the
 * next request execute).
 */
export type Meaning = 'store' | 'nothing-happened' | 'unknown';

/** The handler's view of its execution. */
export interface HandlerExecution extends Omit<ExecutionContext, 'claimToken'> {
  /** Says what the answer will mean, where its status does not tell; wins over `outcomeOf`. */
  declare(meaning: Meaning): void;
}

/**
 * Lets the framework go on to the handler, and resolves once its answer is captured; called at most once.
 * `execution` is null where the route runs without the service (`whenUnavailable: 'run'`).
 * A rejection means that no answer can be captured any more: the outcome is unknown.
 */
export type RunHandler = (execution: HandlerExecution | null) => Promise<CapturedResponse>;

/** What is to be done with a request. */
export type Admission =
  /** No concern of idempotency: go on, capture nothing. */
  | { readonly kind: 'pass' }
  /** Do not run the handler; send this. */
  | { readonly kind: 'refuse'; readonly response: ResponseToSend }
  /** Shadow mode: go on at once, capture nothing; call `answered` when the response has ended. */
  | { readonly kind: 'observe'; readonly answered: (response: ObservedResponse | null) => void }
  /** Run the handler through this, holding its response back until the answer is there. */
  | { readonly kind: 'execute'; readonly execute: (run: RunHandler) => Promise<Answer> };

/** A response that was not held back; null stands for one that never came. */
export type ObservedResponse = Omit<CapturedResponse, 'body'>;
