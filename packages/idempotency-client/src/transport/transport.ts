import type { Operation } from '@infra-services/idempotency-contract';
import { problemError, type ProblemError } from '../errors/problem-error.js';
import { ServiceUnreachableError } from '../errors/service-unreachable-error.js';
import { report } from '../hooks.js';
import { defaults, type CallOptions, type ClientOptions } from '../options.js';
import { defaultNamespace, type RecordName } from '../record-name.js';
import { deadline } from './deadline.js';
import { exchange, notTheApi, type Exchange } from './exchange.js';
import { effectivePolicy, repeat, type Attempt } from './repeat.js';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One call of the contract. */
export interface Call<T> {
  readonly operation: Operation;
  /** The path with its parameters filled in. */
  readonly path: string;
  /** What the call is about, for events. */
  readonly record?: RecordName;
  /** Body and query are made anew for every attempt, as what is left to wait shrinks. */
  readonly body?: () => unknown;
  readonly query?: () => Query;
  /** Milliseconds that the service is asked to wait: the attempt may take that much longer. */
  readonly waitMs?: () => number;
  /** The answer's value; undefined where it is not one that the contract knows. */
  readonly read: (status: number, body: unknown) => T | undefined;
  /** A problem that is an answer too. `attempt` counts from 1. */
  readonly recover?: (problem: ProblemError, attempt: number) => { readonly value: T } | undefined;
}

/** Brings calls to the service: credentials, deadlines, repetition, events. */
export class Transport {
  private readonly baseUrl: string;

  constructor(private readonly options: ClientOptions) {
    this.baseUrl = new URL(options.baseUrl).href.replace(/\/+$/, '');
  }

  /** @throws ProblemError, ServiceUnreachableError, or the signal's reason. */
  call<T>(call: Call<T>, options: CallOptions = {}): Promise<T> {
    return repeat(
      (attempt) => this.attempt(call, options, attempt),
      effectivePolicy(this.options.retry, options.retry),
      {
        signal: options.signal,
        onRetry: (attempt, delayMs, error) =>
          report(this.options.hooks, 'onRetry', { ...aboutOf(call), attempt, delayMs, error }),
      },
    );
  }

  private async attempt<T>(call: Call<T>, options: CallOptions, attempt: number): Promise<Attempt<T>> {
    const headers = await this.headers(call);
    const startedAt = performance.now();
    const result = await this.send(call, headers, options);
    const read = result.kind === 'answer' ? readSuccess(call, result) : result;
    report(this.options.hooks, 'onCall', {
      ...aboutOf(call),
      attempt,
      status: read.kind === 'problem' ? read.problem.status : read.status,
      code: read.kind === 'problem' ? read.problem.code : null,
      durationMs: performance.now() - startedAt,
    });
    if (read.kind === 'success') return { kind: 'done', value: read.value };
    if (read.kind === 'problem') return problemAttempt(call, read, attempt);
    // The caller's own abort is no failure of the service: it gets its reason back.
    options.signal?.throwIfAborted();
    return { ...read, kind: 'failed', error: new ServiceUnreachableError(attempt, read.cause) };
  }

  private async send<T>(
    call: Call<T>,
    headers: Record<string, string>,
    options: CallOptions,
  ): Promise<Exchange> {
    const timeoutMs =
      (options.timeoutMs ?? this.options.timeoutMs ?? defaults.timeoutMs) + (call.waitMs?.() ?? 0);
    const limit = deadline(timeoutMs, options.signal);
    // Bound late, so that a `fetch` that is replaced or wrapped after this module was loaded is used.
    const send: typeof fetch = this.options.fetch ?? ((input, init) => fetch(input, init));
    const init: RequestInit = { method: call.operation.method, headers, signal: limit.signal };
    if (call.body) init.body = JSON.stringify(call.body());
    try {
      return await exchange(send, this.baseUrl + call.path + queryOf(call.query?.() ?? {}), init);
    } finally {
      limit.clear();
    }
  }

  private async headers<T>(call: Call<T>): Promise<Record<string, string>> {
    const { token, headers } = this.options;
    const bearer = typeof token === 'function' ? await token() : token;
    return {
      Accept: 'application/json, application/problem+json',
      ...headers,
      ...(call.body ? { 'Content-Type': 'application/json' } : {}),
      ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
    };
  }
}

function aboutOf<T>({ operation, record }: Call<T>): { operation: string; namespace?: string; key?: string } {
  if (!record) return { operation: operation.id };
  return { operation: operation.id, namespace: record.namespace ?? defaultNamespace, key: record.key };
}

/** A query string with its `?`; nothing where no parameter is given. */
function queryOf(parameters: Query): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

type Read<T> =
  | { readonly kind: 'success'; readonly status: number; readonly value: T }
  | Exclude<Exchange, { kind: 'answer' }>;

/** A success is believed if it is one that the contract lists for this call, and has its shape. */
function readSuccess<T>(call: Call<T>, answer: Extract<Exchange, { kind: 'answer' }>): Read<T> {
  const known = answer.status in call.operation.responses;
  const value = known ? call.read(answer.status, answer.body) : undefined;
  if (value === undefined) return notTheApi(answer.status, 'an answer of another shape than the API gives');
  return { kind: 'success', status: answer.status, value };
}

function problemAttempt<T>(
  call: Call<T>,
  { problem, retryAfterMs }: Extract<Exchange, { kind: 'problem' }>,
  attempt: number,
): Attempt<T> {
  const error = problemError(problem);
  const recovered = call.recover?.(error, attempt);
  if (recovered) return { kind: 'done', value: recovered.value };
  return { kind: 'failed', error, retryable: isWorthRepeating(error), retryAfterMs };
}

/** Statuses of a service, or of a proxy before it, that is away for a while. */
const TRANSIENT_STATUSES = new Set([408, 502, 503, 504]);

/** Whether a problem goes away by itself. An execution in flight is waited for, not retried. */
function isWorthRepeating({ code, retryable, status }: ProblemError): boolean {
  return code !== 'CLAIM_IN_PROGRESS' && (retryable || TRANSIENT_STATUSES.has(status));
}
