import { createHash, timingSafeEqual } from 'node:crypto';
import { scopes } from '@infra-services/idempotency-contract';
import { Caller } from './caller.js';
import type { TokenTable } from './token-file.js';

/** Who a call is from, or why that is not known: no credential at all, or one that is not (or no longer) valid. */
export type Authentication = Caller | 'missing' | 'invalid';

/** Tells from a call's `Authorization` who calls. */
export interface Authenticator {
  /** @param authorization The header's value as it came. */
  authenticate(authorization: string | undefined): Authentication;
}

/** Who everybody is where AUTH_MODE is `off`. */
const anybody = new Caller({ tenant: 'default', namespaces: ['*'], scopes, actor: 'operator' });

/** AUTH_MODE `off`: everybody is the same, whatever they send. */
export const openDoor: Authenticator = { authenticate: () => anybody };

/** RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1). */
const bearer = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** AUTH_MODE `token`: bearer tokens, known by their digests alone. */
export class TokenAuthenticator implements Authenticator {
  /** @param table The tokens in force at the moment of a call. */
  constructor(private readonly table: () => TokenTable) {}

  /**
   * The token is hashed and looked up by its digest. How long the look-up takes may depend on how much of the digest
   * agrees with a stored one; that tells nothing of use, as nobody can choose a token by its SHA-256, and a stored
   * digest, were it known, is not what lets anybody in. The comparison that decides takes the same time always.
   */
  authenticate(authorization: string | undefined): Authentication {
    if (authorization === undefined) return 'missing';
    const token = bearer.exec(authorization)?.[1];
    if (token === undefined) return 'invalid';
    const digest = createHash('sha256').update(token).digest();
    const known = this.table().get(digest.toString('hex'));
    if (!known || !timingSafeEqual(known.digest, digest)) return 'invalid';
    // This replica's clock, as for every credential: asking the database for it would cost each call a statement.
    if (known.expiresAt !== null && known.expiresAt <= Date.now()) return 'invalid';
    return known.caller;
  }
}
