import { scopes, type Scope } from '@infra-services/idempotency-contract';
import { jsonFile, refusal } from '../infrastructure/files/json-file.js';
import { Caller } from './caller.js';
import { namespacePatternField, tenantField } from './namespace-pattern.js';

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

interface TokenEntry {
  readonly sha256: string;
  readonly tenant: string;
  readonly namespaces?: readonly string[];
  readonly scopes: readonly Scope[];
  readonly name?: string;
  readonly expiresAt?: string;
}

const readEntries = jsonFile({
  type: 'object',
  additionalProperties: false,
  required: ['tokens'],
  properties: {
    tokens: {
      type: 'array',
      // A file that lets nobody in is more likely half of one than meant.
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['sha256', 'tenant', 'scopes'],
        properties: {
          sha256: { type: 'string', pattern: '^[0-9a-fA-F]{64}$' },
          tenant: tenantField,
          namespaces: { type: 'array', minItems: 1, items: namespacePatternField },
          scopes: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: scopes } },
          name: { type: 'string', maxLength: 128, pattern: '^[A-Za-z0-9 ._:@/-]+$' },
          expiresAt: { type: 'string', format: 'date-time' },
        },
      },
    },
  },
});

/** Reads a tokens file, `{"tokens":[{sha256, tenant, namespaces, scopes, name, expiresAt}]}`. Throws `FileRefused`. */
export function parseTokens(bytes: Buffer): TokenTable {
  const { tokens } = readEntries(bytes) as { readonly tokens: readonly TokenEntry[] };
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
