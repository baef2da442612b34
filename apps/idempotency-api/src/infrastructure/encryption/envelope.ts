import { createCipheriv, createDecipheriv, createHmac, randomBytes, type KeyObject } from 'node:crypto';

/**
 * What sealed bytes look like: magic, version, length of the key's id, the id in ASCII, nonce, tag, ciphertext. The head
 * (all before the nonce) is part of the additional data, so that nobody can relabel an envelope.
 */
export interface Envelope {
  readonly head: Buffer;
  readonly keyId: string;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly ciphertext: Buffer;
}

/** Occurs in no UTF-8 text (RFC 3629), so that no JSON text can be taken for an envelope. */
const MAGIC = 0xc1;
const VERSION = 1;
const ID_OFFSET = 3;

const CIPHER = 'aes-256-gcm';
/** 96 random bits (NIST SP 800-38D, 8.2.2): at most 2^32 messages a key, and each place has a key of its own. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Whether the bytes claim to be an envelope, of whatever version. */
export function isSealed(bytes: Uint8Array): boolean {
  return bytes[0] === MAGIC;
}

/** The first bytes of everything that is sealed under this key. */
export function headOf(keyId: string): Buffer {
  return Buffer.concat([Buffer.from([MAGIC, VERSION, keyId.length]), Buffer.from(keyId, 'ascii')]);
}

/** The envelope's parts; undefined if these are not the bytes of one that this version knows. */
export function parseEnvelope(bytes: Uint8Array): Envelope | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const idLength = buffer[2];
  if (buffer[0] !== MAGIC || buffer[1] !== VERSION || idLength === undefined) return undefined;
  const nonceAt = ID_OFFSET + idLength;
  const tagAt = nonceAt + NONCE_BYTES;
  const ciphertextAt = tagAt + TAG_BYTES;
  if (buffer.length < ciphertextAt) return undefined;
  return {
    head: buffer.subarray(0, nonceAt),
    keyId: buffer.toString('ascii', ID_OFFSET, nonceAt),
    nonce: buffer.subarray(nonceAt, tagAt),
    tag: buffer.subarray(tagAt, ciphertextAt),
    ciphertext: buffer.subarray(ciphertextAt),
  };
}

/** Encrypts under a new random nonce, bound to the context. */
export function encrypt(plain: Uint8Array, head: Buffer, key: KeyObject, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(key, context), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(head, context));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), ciphertext]);
}

/** Decrypts; undefined if the key, the context or a single bit is not what it was. */
export function decrypt(envelope: Envelope, key: KeyObject, context: string): Buffer | undefined {
  const decipher = createDecipheriv(CIPHER, keyOf(key, context), envelope.nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(additionalData(envelope.head, context));
  decipher.setAuthTag(envelope.tag);
  const plain = decipher.update(envelope.ciphertext);
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain;
}

/**
 * The key of one place, by HMAC-SHA-256 of its name (a pseudorandom function: NIST SP 800-108). Nonces need to differ only among the
 * few envelopes that one place ever sees, whatever the traffic: docs/adr/0013-encryption-at-rest.md.
 */
function keyOf(key: KeyObject, context: string): Buffer {
  return createHmac('sha256', key).update(context).digest();
}

/** The head tells its own length, so that no other pair of head and context gives the same bytes. */
function additionalData(head: Buffer, context: string): Buffer {
  return Buffer.concat([head, Buffer.from(context)]);
}
