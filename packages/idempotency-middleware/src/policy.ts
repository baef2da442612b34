import { limits } from '@infra-services/idempotency-contract';
import type { RouteOptions } from './options.js';
import { replayableHeaders } from './replay-headers.js';

/** The options that have a default, and so a value in every policy. */
export type DefaultedOption =
  'required' | 'mode' | 'waitMs' | 'maxExecutionMs' | 'maxBodyBytes' | 'whenUnavailable' | 'unreadBody';

/** The options of one route, checked and with defaults. Make it once a route, not once a request. */
export interface Policy<Request>
  extends
    Required<Pick<RouteOptions<Request>, DefaultedOption>>,
    Omit<RouteOptions<Request>, DefaultedOption | 'replayHeaders'> {
  /** Lower-case names. */
  readonly replayHeaders: ReadonlySet<string>;
}

/** @throws {TypeError} that names the option which cannot be honoured, so that the application does not start. */
export function makePolicy<Request>(options: RouteOptions<Request>): Policy<Request> {
  const { replayHeaders, ...given } = options;
  const policy = { ...defaults, ...withoutUndefined(given), replayHeaders: replayableHeaders(replayHeaders) };
  within('retentionMs', policy.retentionMs, limits.retentionMinMs, limits.retentionMaxMs);
  within('leaseMs', policy.leaseMs, limits.leaseMinMs, limits.leaseMaxMs);
  within('waitMs', policy.waitMs, 0, limits.leaseMaxMs);
  within('maxExecutionMs', policy.maxExecutionMs, 1, MAX_TIMER_MS);
  within('maxBodyBytes', policy.maxBodyBytes, 0, Number.MAX_SAFE_INTEGER);
  if (policy.namespace !== undefined && !NAMESPACE.test(policy.namespace)) {
    throw new TypeError(`namespace must match ${NAMESPACE.source}`);
  }
  return policy;
}

const defaults = {
  required: true,
  mode: 'enforce',
  waitMs: 0,
  // Longer than any handler that a client still waits for, short enough that a handler which has lost its response
  // does not keep its key in flight for days.
  maxExecutionMs: 10 * 60 * 1000,
  // A quarter of what the service stores by default: room for base64 and escapes.
  maxBodyBytes: 256 * 1024,
  whenUnavailable: 'reject',
  unreadBody: 'refuse',
} as const;

/** What setTimeout can count; beyond, it fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const NAMESPACE = /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,128}$/;

function within(name: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= min && value <= max)) {
    throw new TypeError(`${name} must be a whole number from ${min} to ${max}`);
  }
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
