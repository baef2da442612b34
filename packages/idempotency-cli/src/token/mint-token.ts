import { createHash, randomBytes } from 'node:crypto';
import type { TokenEntry } from '@infra-services/idempotency-contract';

/** A token that nobody has yet, and what the service is told of it. */
export interface MintedToken {
  /** The secret. Nothing else holds it: once it is lost, another one is minted. */
  readonly token: string;
  readonly entry: TokenEntry;
}

/** 256 random bits. The prefix lets scanners of leaked secrets recognize it. */
export function mintToken(rights: Omit<TokenEntry, 'sha256'>): MintedToken {
  const token = `idem_${randomBytes(32).toString('base64url')}`;
  return { token, entry: { sha256: createHash('sha256').update(token).digest('hex'), ...rights } };
}
