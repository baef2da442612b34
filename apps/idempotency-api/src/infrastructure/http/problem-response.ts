import {
  headers,
  problemMediaType,
  problems,
  problemType,
  type InvalidField,
  type ProblemCode,
  type ProblemDetails,
} from '@infra-services/idempotency-contract';
import { ProblemError } from '../../errors/problem.error.js';
import { QueueFull } from '../../errors/queue-full.js';
import { StoreFailure } from '../../errors/store-failure.js';
import { JsonRefused } from '../../json/json-refused.js';

/** The call that an error answers. */
export interface Call {
  /** The path, without the query. */
  readonly instance: string;
  readonly requestId: string;
}

/** When to ask again after a 503: long enough for a pool to recover, short enough for a caller that waits. */
const RETRY_AFTER_MS = 1_000;

/**
 * Translates any error into what leaves the service. What it does not know is INTERNAL_ERROR: neither a stack nor
 * a statement ever becomes part of an answer.
 */
export function toProblem(error: unknown, call: Call): ProblemDetails {
  if (error instanceof ProblemError) return problem(error.code, error.publicDetail, call, error.extra);
  if (error instanceof QueueFull)
    return problem('OVERLOADED', undefined, call, { retryAfterMs: RETRY_AFTER_MS });
  if (error instanceof StoreFailure && error.kind !== 'statement') {
    return problem('STORE_UNAVAILABLE', undefined, call, { retryAfterMs: RETRY_AFTER_MS });
  }
  if (error instanceof JsonRefused) {
    if (error.kind === 'malformed') return problem('MALFORMED_JSON', error.detail, call);
    return problem('INVALID_REQUEST', error.detail, call, {
      errors: [{ pointer: error.pointer, detail: error.detail }],
    });
  }
  const code = frameworkCodes[codeOf(error)] ?? 'INTERNAL_ERROR';
  return problem(code, undefined, call, code === 'INVALID_REQUEST' ? { errors: [badPath] } : {});
}

/** The header fields that go with a problem. */
export function problemHeaders(details: ProblemDetails): Record<string, string> {
  return {
    'content-type': problemMediaType,
    ...(details.retryAfterMs === undefined
      ? {}
      : { [headers.retryAfter]: String(Math.ceil(details.retryAfterMs / 1000)) }),
  };
}

const badPath: InvalidField = { pointer: '', detail: 'the path must be validly percent-encoded' };

/** Fastify's and Node's codes for what they refuse before a handler runs. */
const frameworkCodes: Partial<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_EMPTY_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_HTTP',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_BAD_URL: 'INVALID_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'INVALID_REQUEST',
};

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

function problem(
  code: ProblemCode,
  detail: string | undefined,
  call: Call,
  extra: ProblemError['extra'] = {},
): ProblemDetails {
  const { status, title, retryable, meaning } = problems[code];
  return {
    type: problemType(code),
    title,
    status,
    detail: detail ?? meaning,
    instance: call.instance,
    code,
    retryable,
    requestId: call.requestId,
    ...(extra.retryAfterMs === undefined ? {} : { retryAfterMs: extra.retryAfterMs }),
    ...(extra.errors === undefined ? {} : { errors: [...extra.errors] }),
  };
}
