import { limits, type Outcome } from '@infra-services/idempotency-contract';
import type { CapturedResponse, ResponseToSend } from './exchange.js';

/** In a stored outcome alone, never sent: the operation is completed, and its body was not kept. */
const OMITTED = 'idempotency-body-omitted';

/** The response as it is stored: status, allow-listed fields, and the body byte for byte. */
export function toOutcome(response: CapturedResponse, replayHeaders: ReadonlySet<string>): Outcome {
  const headers: Record<string, string> = {};
  for (const [name, values] of response.headers) {
    if (replayHeaders.has(name)) headers[name] = values.join(', ');
  }
  // A replay that lacks a field which was to be replayed would be another answer.
  const fits = Object.values(headers).every((value) => value.length <= limits.outcomeHeaderValueMaxLength);
  if (response.body === null || !fits) return withoutBody(response.status);
  return { status: response.status, headers, ...encoded(response.body) };
}

/** Completed, and not replayable. */
export function withoutBody(status: number): Outcome {
  return { status, headers: { [OMITTED]: 'true' } };
}

/**
 * The stored outcome as a response, or null where its body was not kept. Outcomes that an operator resolved come as
 * they are: any JSON body, no status.
 */
export function fromOutcome(outcome: Outcome, replayHeaders: ReadonlySet<string>): ResponseToSend | null {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(outcome.headers ?? {})) {
    const lower = name.toLowerCase();
    if (lower === OMITTED) return null;
    if (replayHeaders.has(lower)) headers[lower] = value;
  }
  if (outcome.body !== undefined && isJson(outcome)) headers['content-type'] ??= 'application/json';
  return { status: outcome.status ?? 200, headers, body: decoded(outcome) };
}

function isJson(outcome: Outcome): boolean {
  return outcome.encoding === undefined || outcome.encoding === 'json';
}

/**
 * Text where it is UTF-8 and its JSON form stays short; base64 otherwise. The byte order mark is kept, and control
 * characters make it base64: escaped they are six characters each, and not every store takes U+0000 as text.
 */
function encoded(bytes: Uint8Array): Pick<Outcome, 'body' | 'encoding'> {
  const text = decodeUtf8(bytes);
  if (text !== undefined && !CONTROL.test(text)) return { body: text, encoding: 'text' };
  return { body: Buffer.from(bytes).toString('base64'), encoding: 'base64' };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decoded(outcome: Outcome): Uint8Array {
  if (outcome.body === undefined) return new Uint8Array();
  if (isJson(outcome)) return Buffer.from(JSON.stringify(outcome.body));
  return Buffer.from(outcome.body as string, outcome.encoding === 'base64' ? 'base64' : 'utf8');
}

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
