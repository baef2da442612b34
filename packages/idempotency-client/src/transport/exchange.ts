import { problemMediaType, type ProblemDetails } from '@infra-services/idempotency-contract';
import { parseRetryAfter } from './backoff.js';
import { isProblem } from './shapes.js';

/** What came of one HTTP request: the API's answer, its problem, or nothing that can be believed. */
export type Exchange =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | {
      readonly kind: 'problem';
      readonly problem: ProblemDetails;
      readonly retryAfterMs: number | undefined;
    }
  | {
      readonly kind: 'unreachable';
      readonly cause: unknown;
      /** HTTP status of what answered; null where nothing did. */
      readonly status: number | null;
      readonly retryable: boolean;
      readonly retryAfterMs: number | undefined;
    };

/**
 * Sends one request and reads the answer to its end. Never rejects: what goes wrong on the way is `unreachable`, an
 * abort of `init.signal` included.
 */
export async function exchange(send: typeof fetch, url: string, init: RequestInit): Promise<Exchange> {
  try {
    const response = await send(url, { ...init, redirect: 'manual' });
    const text = await response.text();
    return readAnswer(response, text);
  } catch (cause) {
    return { kind: 'unreachable', cause, status: null, retryable: true, retryAfterMs: undefined };
  }
}

function readAnswer(response: Response, text: string): Exchange {
  const { status, headers } = response;
  const retryAfterMs = parseRetryAfter(headers, Date.now());
  const body = parseJson(text);
  if (response.ok) {
    if (text === '' || body !== undefined) return { kind: 'answer', status, body };
    return notTheApi(status, 'a success that is not JSON', retryAfterMs);
  }
  if (isProblemAnswer(headers) && isProblem(body) && body.status === status)
    return { kind: 'problem', problem: body, retryAfterMs: body.retryAfterMs ?? retryAfterMs };
  // Some runtimes show a redirect that was not followed as an answer without a status.
  if (status === 0 || (status >= 300 && status < 400))
    return notTheApi(status, 'a redirect, which is not followed', retryAfterMs);
  return notTheApi(status, 'an error that is not a problem of this API', retryAfterMs);
}

function isProblemAnswer(headers: Headers): boolean {
  const mediaType = headers.get('Content-Type')?.split(';', 1)[0];
  return mediaType?.trim().toLowerCase() === problemMediaType;
}

/** An answer that does not come from the API, or not as the contract has it. */
export function notTheApi(
  status: number,
  what: string,
  retryAfterMs?: number,
): Extract<Exchange, { kind: 'unreachable' }> {
  const cause = new Error(`${what} (HTTP ${status})`);
  return { kind: 'unreachable', cause, status, retryable: isTransient(status), retryAfterMs };
}

/** What a proxy in between may answer for a while: asking again can help. A redirect or a 404 of another server cannot. */
function isTransient(status: number): boolean {
  return status >= 500 || status === 408 || status === 429 || (status >= 200 && status < 300);
}

/** Undefined where the text is not JSON; no JSON text reads as undefined. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
