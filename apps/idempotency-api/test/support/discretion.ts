/** Keys are `key-<uuid>` and claim tokens are UUIDs, in nearly every test. */
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const claimToken = /"claimToken":"([^"]+)"/g;

/** In a header field of every call, as a credential would be. */
export const PLANTED_COOKIE = 'session=planted-in-a-header';

const planted = new Set<string>();
const credentials = new Set<string>();

/** Remembers the ids in what a caller sends: paths and bodies. */
export function plant(...texts: readonly string[]): void {
  for (const text of texts) for (const [id] of text.matchAll(uuid)) planted.add(id.toLowerCase());
}

/** Remembers a credential, whatever it looks like. */
export function plantCredential(credential: string): void {
  credentials.add(credential);
}

/** Remembers the claim tokens that a caller is given. */
export function plantTokensOf(answer: string): void {
  for (const [, token = ''] of answer.matchAll(claimToken)) planted.add(token);
}

/**
 * Throws if any text shows something that tests of this file have sent or were given in confidence. Worlds ask it of all
 * their log lines and metrics, and programs of their output, so that every test run is a search for leaks.
 */
export function expectDiscretion(texts: Iterable<string>): void {
  const leaks = [...texts].filter(
    (text) =>
      text.includes(PLANTED_COOKIE) ||
      [...credentials].some((credential) => text.includes(credential)) ||
      [...text.matchAll(uuid)].some(([id]) => planted.has(id.toLowerCase())),
  );
  if (leaks.length > 0)
    throw new Error(`shown to whoever reads logs, metrics or traces:\n${leaks.slice(0, 5).join('\n')}`);
}
