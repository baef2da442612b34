import type { IncomingMessage } from 'node:http';

const HOST = 'host';

/**
 * Whether a request names its host as it must: exactly once, in HTTP/1.0 at most once (RFC 9112 §3.2). Where it is
 * named twice, a proxy and we could disagree on what was asked for; Node keeps the first and says nothing.
 */
export function namesOneHost({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter(
    // Names and values take turns.
    (field, index) => index % 2 === 0 && field.length === HOST.length && field.toLowerCase() === HOST,
  );
  return hosts.length === 1 || (hosts.length === 0 && httpVersion !== '1.1');
}
