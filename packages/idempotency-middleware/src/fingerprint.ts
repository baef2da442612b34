import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { NeutralRequest, RequestBody } from './exchange.js';

/**
 * The digest of all that a key stands for: method, route, path, query, and the body with its media type. The body
 * itself never leaves the application. Query parameters may come in another order; repeated ones keep theirs.
 *
 * The name goes before it, so that another way to compute it can be told from this one.
 */
export function fingerprintOf(request: NeutralRequest, body: RequestBody = request.body): string {
  const [path = '', ...query] = request.url.split('?');
  const identity = {
    method: request.method.toUpperCase(),
    route: request.route,
    path,
    query: sortedQuery(query.join('?')),
    body: bodyIdentity(request.contentType, body),
  };
  return `http-v1-sha256:${digest(canonical(identity))}`;
}

/** As sent, not decoded: a retry repeats its bytes, and decoding would make different requests equal. */
function sortedQuery(query: string): string[] {
  return query
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => ({ name: parameter.split('=', 1)[0] ?? '', parameter }))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
    .map(({ parameter }) => parameter);
}

function bodyIdentity(contentType: string | undefined, body: RequestBody): object {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  switch (body.kind) {
    case 'none':
    case 'unread':
      return { kind: body.kind };
    case 'parsed':
      return { kind: 'json', mediaType, digest: digest(canonical(body.value)) };
    case 'bytes':
      return { kind: 'bytes', mediaType, digest: digest(body.bytes) };
  }
}

/** RFC 8785. What JSON cannot say (a function, undefined) counts as null, as JSON.stringify has it in arrays. */
function canonical(value: unknown): string {
  return canonicalize(value) ?? 'null';
}

function digest(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64url');
}
