import type { JsonSchema } from './json-schema.js';
import { limits } from './limits.js';
import { scopes, type Scope } from './scopes.js';

/** One token of a tokens file: never the token itself. */
export interface TokenEntry {
  /** SHA-256 of the whole token, prefix included, in hexadecimal. */
  readonly sha256: string;
  readonly tenant: string;
  /** Absent: all. */
  readonly namespaces?: readonly string[];
  readonly scopes: readonly Scope[];
  /** Who resolves and deletes with it, in the audit log; absent: the first digits of the digest. */
  readonly name?: string;
  /** RFC 3339; absent: never. */
  readonly expiresAt?: string;
}

/** What `TOKENS_FILE` names: read by the service, written by `idem token`. No two entries have one digest. */
export interface TokensFile {
  readonly tokens: readonly TokenEntry[];
}

/** The members of an entry and of a policy that are read by people, each as JSON Schema. */
export const accessFields = {
  /** `*` for all; `payments.*` for all that begin with `payments.`; or one namespace. */
  namespacePattern: {
    type: 'string',
    maxLength: limits.namespaceMaxLength,
    pattern: String.raw`^(\*|[A-Za-z0-9._:-]+|[A-Za-z0-9._:-]*[A-Za-z0-9_:-]\.\*)$`,
  },
  /** Part of every identity, so it has the characters of a namespace. */
  tenant: { type: 'string', maxLength: limits.namespaceMaxLength, pattern: '^[A-Za-z0-9._:-]+$' },
  tokenName: { type: 'string', maxLength: 128, pattern: '^[A-Za-z0-9 ._:@/-]+$' },
} as const satisfies Record<string, JsonSchema>;

/** The form of a tokens file. */
export const tokensFileSchema = {
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
          tenant: accessFields.tenant,
          namespaces: { type: 'array', minItems: 1, items: accessFields.namespacePattern },
          scopes: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', enum: scopes } },
          name: accessFields.tokenName,
          expiresAt: { type: 'string', format: 'date-time' },
        },
      },
    },
  },
} as const satisfies JsonSchema;
