import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { SettingName } from '../../src/config/settings.js';
import type { Answer } from './api-client.js';

/** What a token is for; by default all of the tenant `default`. */
export interface TokenFor {
  readonly tenant?: string;
  readonly namespaces?: readonly string[];
  readonly scopes?: readonly string[];
  readonly name?: string;
  readonly expiresAt?: string;
}

/** Files that a service is guarded by, and the settings that name them. */
export interface GuardFiles {
  /** In the order asked for. */
  readonly tokens: readonly string[];
  readonly settings: Partial<Record<SettingName, string>>;
  /** Replaces the tokens file as a whole, as operators should; text that is no JSON too. */
  writeTokens(content: object | string): Promise<void>;
  writePolicies(content: object | string): Promise<void>;
}

/** How often the services of tests look at their files, and count what tenants hold. Milliseconds. */
const POLL_MS = '50';

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** Writes a tokens file with a new token for each, and a policies file. They are removed after the test file. */
export async function guardFiles(tokensFor: readonly TokenFor[], policies: object = {}): Promise<GuardFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'idempotency-guard-'));
  folders.push(folder);
  const tokens = tokensFor.map(() => newToken());
  const write = async (name: string, content: object | string): Promise<void> => {
    const path = join(folder, name);
    await writeFile(`${path}.new`, typeof content === 'string' ? content : JSON.stringify(content));
    await rename(`${path}.new`, path);
  };
  await write('tokens.json', { tokens: tokensFor.map((entry, index) => entryOf(tokens[index]!, entry)) });
  await write('policies.json', policies);
  return {
    tokens,
    settings: {
      AUTH_MODE: 'token',
      TOKENS_FILE: join(folder, 'tokens.json'),
      POLICIES_FILE: join(folder, 'policies.json'),
      FILES_POLL_MS: POLL_MS,
      USAGE_COUNT_INTERVAL_MS: POLL_MS,
    },
    writeTokens: (content) => write('tokens.json', content),
    writePolicies: (content) => write('policies.json', content),
  };
}

/** A token as docs/access.md mints it. */
export function newToken(): string {
  return `idem_${randomBytes(32).toString('base64url')}`;
}

/** A token's entry in a tokens file. */
export function entryOf(token: string, given: TokenFor = {}): object {
  const sha256 = createHash('sha256').update(token).digest('hex');
  return { sha256, tenant: 'default', namespaces: ['*'], scopes: ['execute', 'operate'], ...given };
}

/** Makes the call again and again until it is answered so: a changed file, or a count, has no event to wait for. */
export async function untilAnswered<Body>(
  call: () => Promise<Answer<Body>>,
  status: number,
): Promise<Answer<Body>> {
  for (;;) {
    const answer = await call();
    if (answer.status === status) return answer;
  }
}
