import { headers, problemMediaType } from '@infra-services/idempotency-contract';
import type { ResponseToSend } from './exchange.js';

interface MiddlewareProblem {
  readonly status: number;
  /** RFC 9457 `title`: the same for every occurrence. */
  readonly title: string;
  /** Whether the very same request may succeed later. */
  readonly retryable: boolean;
  readonly detail: string;
}

/**
 * Every answer that the middleware gives by itself: the one source of code, status and title (the README's table is
 * held to it by a test). Codes are stable: one is added or retired, never given another meaning.
 */
export const middlewareProblems = {
  IDEMPOTENCY_KEY_MISSING: {
    status: 400,
    title: 'The Idempotency-Key header is missing',
    retryable: false,
    detail:
      'This operation requires an Idempotency-Key. Send a new key for each operation and repeat it on a retry.',
  },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    title: 'The Idempotency-Key header is invalid',
    retryable: false,
    detail:
      'Send one Idempotency-Key line: a quoted string or a bare word of 1 to 255 printable ASCII characters.',
  },
  REQUEST_IN_FLIGHT: {
    status: 409,
    title: 'This request is being processed',
    retryable: true,
    detail:
      'A request with the same Idempotency-Key has not ended yet. Send the same request after Retry-After.',
  },
  OUTCOME_UNKNOWN: {
    status: 409,
    title: 'The operation may or may not have happened',
    retryable: false,
    detail:
      'An earlier request with this Idempotency-Key failed in a way that leaves its effect unknown. It is not run again until that is settled.',
  },
  COMPLETED_NOT_REPLAYABLE: {
    status: 409,
    title: 'The operation is completed, its response cannot be replayed',
    retryable: false,
    detail:
      'A request with this Idempotency-Key has completed. Its response was too large to keep: read the result where the operation has put it.',
  },
  BODY_NOT_COMPARABLE: {
    status: 415,
    title: 'A body of this kind cannot be told from another',
    retryable: false,
    detail:
      'The body is not read before the operation begins, so a repeated key could not be checked against it.',
  },
  KEY_REUSED: {
    status: 422,
    title: 'This Idempotency-Key stands for another request',
    retryable: false,
    detail: 'The key was used with another request. Use a new key for a new operation.',
  },
  IDEMPOTENCY_MISCONFIGURED: {
    status: 500,
    title: 'The idempotency of this operation is misconfigured',
    retryable: false,
    detail: 'The request was not processed.',
  },
  IDEMPOTENCY_UNAVAILABLE: {
    status: 503,
    title: 'The operation cannot be protected at the moment',
    retryable: true,
    detail:
      'Whether this request was processed before cannot be established, so it was not processed now. Send the same request after Retry-After.',
  },
  OUTCOME_NOT_RECORDED: {
    status: 503,
    title: 'The operation ran, its outcome could not be recorded',
    retryable: true,
    detail:
      'The operation may have happened. Send the same request with the same Idempotency-Key after Retry-After: it will not run twice.',
  },
} as const satisfies Record<string, MiddlewareProblem>;

/** A stable code, in the `code` member of the problem. */
export type MiddlewareProblemCode = keyof typeof middlewareProblems;

/** The RFC 9457 `type` of a code: a name, not an address. */
export function middlewareProblemType(code: MiddlewareProblemCode): string {
  return `urn:infra-services:idempotency:${code.toLowerCase().replaceAll('_', '-')}`;
}

/**
 * The problem as an `application/problem+json` response (RFC 9457).
 * @param retryAfterMs milliseconds after which asking again makes sense; sent as `Retry-After` in seconds, rounded up.
 */
export function problemResponse(code: MiddlewareProblemCode, retryAfterMs?: number): ResponseToSend {
  const { status, title, retryable, detail } = middlewareProblems[code];
  const type = middlewareProblemType(code);
  const members = {
    type,
    title,
    status,
    detail,
    code,
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  return {
    status,
    headers: {
      'content-type': problemMediaType,
      'cache-control': 'no-store',
      ...(retryAfterMs === undefined
        ? {}
        : { [headers.retryAfter.toLowerCase()]: String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    },
    body: new TextEncoder().encode(JSON.stringify(members)),
  };
}
