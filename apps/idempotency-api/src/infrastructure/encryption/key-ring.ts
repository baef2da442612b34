import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { schemaCompiler } from '../../json-schema/schema-compiler.js';

/** The keys file is not usable. The message says what is wrong and shows neither a key nor anything else of the file. */
export class KeysRefused extends Error {
  override readonly name = 'KeysRefused';
}

/** The keys of this service: all of them open, one of them seals. */
export interface KeyRing {
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** Id of the key that seals; null: nothing is sealed, and what was sealed stays readable. */
  readonly active: string | null;
  /** Somebody beside owner and group may read the file. */
  readonly isExposed: boolean;
}

interface KeysFile {
  readonly keys: readonly { readonly id: string; readonly key: string }[];
  readonly active: string | null;
}

/** AES-256. */
const KEY_BYTES = 32;

/** The permission bits of everybody who is neither the owner nor in the group (Kubernetes mounts secrets for the group). */
const OTHERS = 0o007;

const validate = schemaCompiler({ allErrors: true }).compile<KeysFile>({
  type: 'object',
  additionalProperties: false,
  required: ['keys', 'active'],
  properties: {
    keys: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'key'],
        properties: { id: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' }, key: { type: 'string' } },
      },
    },
    active: { type: ['string', 'null'] },
  },
});

/** Reads `{"keys": [{"id", "key": base64 of 32 bytes}], "active": id or null}`. Throws `KeysRefused`. */
export function readKeyRing(path: string): KeyRing {
  const file = parse(readText(path));
  const keys = new Map<string, KeyObject>();
  for (const [index, { id, key }] of file.keys.entries()) {
    if (keys.has(id)) throw new KeysRefused(`KEYS_FILE: /keys/${index}/id is there twice`);
    keys.set(id, toKey(key, index));
  }
  if (file.active !== null && !keys.has(file.active)) {
    throw new KeysRefused('KEYS_FILE: /active names none of the keys');
  }
  return { keys, active: file.active, isExposed: (statSync(path).mode & OTHERS) !== 0 };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new KeysRefused(`KEYS_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function parse(text: string): KeysFile {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    // Not the parser's message: it quotes what it stumbled over, which may be a key.
    throw new KeysRefused('KEYS_FILE is not JSON');
  }
  if (validate(file)) return file;
  const wrong = (validate.errors ?? []).map(({ instancePath, message }) =>
    `${instancePath} ${message ?? 'is invalid'}`.trim(),
  );
  throw new KeysRefused(`KEYS_FILE: ${wrong.join('; ')}`);
}

function toKey(base64: string, index: number): KeyObject {
  const bytes = Buffer.from(base64, 'base64');
  // Node skips what is not base64: only a text that comes back the same was base64 throughout.
  if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== base64) {
    throw new KeysRefused(`KEYS_FILE: /keys/${index}/key must be ${KEY_BYTES} bytes in base64`);
  }
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
