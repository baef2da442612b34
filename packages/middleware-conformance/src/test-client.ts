import { once } from 'node:events';
import { request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Sent {
  readonly method?: string;
  /** The header as it goes over the wire; several for several lines. */
  readonly key?: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON unless it is bytes. */
  readonly body?: unknown;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Sends a request byte by byte as it is given: no retries, no decoding, a connection of its own. */
export async function send(url: string, sent: Sent = {}): Promise<Received> {
  const message = await responseTo(begin(url, sent));
  return { status: message.statusCode ?? 0, headers: message.headers, bytes: await buffer(message) };
}

/** The request under way, to be watched or broken off. */
export function begin(url: string, { method = 'POST', key = [], headers = {}, body }: Sent): ClientRequest {
  const bytes =
    body instanceof Uint8Array ? body : body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const lines = typeof key === 'string' ? [key] : [...key];
  const outgoing = request(url, {
    method,
    agent: false,
    headers: {
      ...(bytes === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': bytes.byteLength }),
      ...headers,
      ...(lines.length > 0 ? { 'idempotency-key': lines } : {}),
    },
  });
  outgoing.end(bytes);
  return outgoing;
}

/** The head of the response has arrived. */
export async function responseTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  const [message] = (await once(outgoing, 'response')) as [IncomingMessage];
  return message;
}

/** The `code` member of a problem. */
export function problemCode({ headers, bytes }: Received): unknown {
  if (headers['content-type'] !== 'application/problem+json') return undefined;
  return (JSON.parse(bytes.toString()) as { code: unknown }).code;
}

/** What makes two answers the same: status, the fields that replay, and every byte. */
export function essence({ status, headers, bytes }: Received): string {
  const fields = ['content-type', 'content-length', 'location', 'etag'].map((name) => headers[name]);
  return JSON.stringify([status, fields, bytes.toString('base64')]);
}
