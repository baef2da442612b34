/**
 * The header fields that are stored and replayed unless a route lists its own.
 *
 * `Vary` is among them: what cached the first answer must key a replay the same way.
 */
export const defaultReplayHeaders = [
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'etag',
  'last-modified',
  'link',
  'location',
  'vary',
] as const;

/**
 * The allow-list in lower case. What says how to read the bytes is always in it: without it they mean nothing.
 * @throws {TypeError} for a field that must never come from a store: whoever asks for a replay may be somebody else
 *   than the first caller (Set-Cookie, credentials), and the connection is another one (hop-by-hop, framing).
 */
export function replayableHeaders(names: readonly string[] = defaultReplayHeaders): ReadonlySet<string> {
  const lower = names.map((name) => name.toLowerCase());
  const refused = lower.filter((name) => NEVER.has(name) || !TOKEN.test(name));
  if (refused.length > 0) throw new TypeError(`replayHeaders must not contain ${refused.join(', ')}`);
  return new Set([...lower, 'content-type', 'content-encoding']);
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

const NEVER: ReadonlySet<string> = new Set([
  'set-cookie',
  'set-cookie2',
  'authentication-info',
  'proxy-authenticate',
  'proxy-authentication-info',
  'www-authenticate',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'date',
  'idempotent-replayed',
]);
