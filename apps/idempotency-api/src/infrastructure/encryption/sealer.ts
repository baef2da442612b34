import { decrypt, encrypt, headOf, isSealed, parseEnvelope } from './envelope.js';
import type { KeyRing } from './key-ring.js';

/**
 * Why sealed bytes cannot be opened:
 * - `unknown_key`: this replica's ring lacks the key;
 * - `not_authentic`: changed, or sealed for another place;
 * - `malformed`: not an envelope that this version knows.
 */
export type OpenFailure = 'unknown_key' | 'not_authentic' | 'malformed';

export type Opened =
  | { readonly kind: 'plain'; readonly bytes: Uint8Array }
  | { readonly kind: OpenFailure; readonly keyId: string | null };

/**
 * Seals bytes for one place (the context) and opens them there. Bytes that were never sealed open as they are, so that
 * encryption can be switched on over stored data.
 */
export class Sealer {
  private readonly active: { readonly id: string; readonly head: Buffer } | undefined;

  constructor(
    private readonly ring: KeyRing | undefined,
    /** Told of every seal: whether a key still seals is what its replacement waits for. Must not throw. */
    private readonly onSealed: (keyId: string) => void,
  ) {
    const id = ring?.active;
    this.active = id === undefined || id === null ? undefined : { id, head: headOf(id) };
  }

  /** The key that seals, and how everything sealed under it begins; undefined if nothing is sealed. */
  get activeKey(): { readonly id: string; readonly head: Buffer } | undefined {
    return this.active;
  }

  /** The bytes sealed under the active key; without one, the bytes themselves. */
  seal(plain: Uint8Array, context: string): Uint8Array {
    const key = this.active && this.ring?.keys.get(this.active.id);
    if (!this.active || !key) return plain;
    this.onSealed(this.active.id);
    return encrypt(plain, this.active.head, key, context);
  }

  /** What was sealed, or why it cannot be known. */
  open(bytes: Uint8Array, context: string): Opened {
    if (!isSealed(bytes)) return { kind: 'plain', bytes };
    const envelope = parseEnvelope(bytes);
    if (!envelope) return { kind: 'malformed', keyId: null };
    const { keyId } = envelope;
    const key = this.ring?.keys.get(keyId);
    if (!key) return { kind: 'unknown_key', keyId };
    const plain = decrypt(envelope, key, context);
    return plain ? { kind: 'plain', bytes: plain } : { kind: 'not_authentic', keyId };
  }
}
