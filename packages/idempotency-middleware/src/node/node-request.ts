import type { IncomingMessage } from 'node:http';
import type { NeutralRequest, RequestBody } from '../exchange.js';
import { keyHeader } from '../key-header.js';

/** What an adapter adds to Node's own request. */
export interface RequestDetails {
  /** The route's template where it is known. */
  readonly route: string;
  /** Path and query as the client sent them; Node's `url` has lost its beginning below a mount point. */
  readonly url: string;
  /** What the framework's parsers made of the body; undefined if nobody has read it. */
  readonly body: unknown;
}

/** Reads Node's request for the core. */
export function nodeRequest(raw: IncomingMessage, { route, url, body }: RequestDetails): NeutralRequest {
  return {
    method: raw.method ?? '',
    route,
    url,
    keyLines: linesOf(raw.rawHeaders, keyHeader),
    contentType: raw.headers['content-type'],
    body: bodyOf(raw, body),
  };
}

/** Node joins repeated lines in `headers`; here they are still apart. */
function linesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

function bodyOf(raw: IncomingMessage, body: unknown): RequestBody {
  if (body instanceof Uint8Array) return { kind: 'bytes', bytes: body };
  if (body !== undefined && body !== null) return { kind: 'parsed', value: body };
  // RFC 9112 §6.3: one of these two fields says that there is a body.
  const announced =
    raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
  if (!announced) return { kind: 'none' };
  return body === null ? { kind: 'parsed', value: null } : { kind: 'unread' };
}
