import { tokensFileSchema, type TokenEntry, type TokensFile } from '@infra-services/idempotency-contract';
import { jsonFile, refusal } from '../infrastructure/files/json-file.js';
import { Caller } from './caller.js';

/** A token that is let in, and who it is then. */
interface KnownToken {
  /** SHA-256 of the token. */
  readonly digest: Buffer;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  readonly caller: Caller;
}

/** Every token by the hexadecimal SHA-256 of it. */
export type TokenTable = ReadonlyMap<string, KnownToken>;

const readEntries = jsonFile(tokensFileSchema);

/** Reads a tokens file, `{"tokens":[{sha256, tenant, namespaces, scopes, name, expiresAt}]}`. Throws `FileRefused`. */
export function parseTokens(bytes: Buffer): TokenTable {
  const { tokens } = readEntries(bytes) as TokensFile;
  const table = new Map<string, KnownToken>();
  const faults: string[] = [];
  for (const [index, entry] of tokens.entries()) {
    const sha256 = entry.sha256.toLowerCase();
    // One token for two tenants: whichever came first would be a guess.
    if (table.has(sha256)) faults.push(`tokens/${index}/sha256 is that of an earlier entry`);
    table.set(sha256, toToken(sha256, entry));
  }
  if (faults.length > 0) throw refusal(faults);
  return table;
}

function toToken(sha256: string, entry: TokenEntry): KnownToken {
  return {
    digest: Buffer.from(sha256, 'hex'),
    expiresAt: entry.expiresAt === undefined ? null : Date.parse(entry.expiresAt),
    caller: new Caller({
      tenant: entry.tenant,
      namespaces: entry.namespaces ?? ['*'],
      scopes: entry.scopes,
      actor: `token:${entry.name ?? sha256.slice(0, 12)}`,
    }),
  };
}
