import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KeysRefused, readKeyRing } from '../../../src/infrastructure/encryption/key-ring.js';
import { fileOf, keysFile, newEncryptionKey } from '../../support/seals.js';

const key = newEncryptionKey();
const shortKey = key.slice(4);

function file(...keys: unknown[]): string {
  return JSON.stringify({ keys, active: 'a' });
}

const refusals = [
  ['no JSON', `{"keys":[{"id":"a","key":"${key}" oops`, 'KEYS_FILE is not JSON'],
  ['an empty file', '', 'KEYS_FILE is not JSON'],
  ['no keys', file(), 'KEYS_FILE: /keys must NOT have fewer than 1 items'],
  [
    'no active',
    JSON.stringify({ keys: [{ id: 'a', key }] }),
    "KEYS_FILE: must have required property 'active'",
  ],
  [
    'an active that is not there',
    JSON.stringify({ keys: [{ id: 'b', key }], active: 'a' }),
    'KEYS_FILE: /active names none of the keys',
  ],
  ['a short key', file({ id: 'a', key: shortKey }), 'KEYS_FILE: /keys/0/key must be 32 bytes in base64'],
  [
    'a key in hex',
    file({ id: 'a', key: Buffer.from(key, 'base64').toString('hex') }),
    'KEYS_FILE: /keys/0/key must be 32 bytes in base64',
  ],
  [
    'a key with a blank in it',
    file({ id: 'a', key: `${key.slice(0, 9)} ${key.slice(9)}` }),
    'KEYS_FILE: /keys/0/key must be 32 bytes in base64',
  ],
  [
    'an id twice',
    file({ id: 'a', key }, { id: 'a', key: newEncryptionKey() }),
    'KEYS_FILE: /keys/1/id is there twice',
  ],
  [
    'an id that is none',
    file({ id: 'ä', key }),
    'KEYS_FILE: /keys/0/id must match pattern "^[A-Za-z0-9._-]{1,64}$"',
  ],
  [
    'a member too many',
    JSON.stringify({ keys: [{ id: 'a', key }], active: 'a', [key]: 1 }),
    'KEYS_FILE: must NOT have additional properties',
  ],
] as const;

describe('a keys file', () => {
  it.each(refusals)('with %s is refused, in words that show nothing of it', (_, text, message) => {
    const path = fileOf(text);
    expect(() => readKeyRing(path)).toThrow(new KeysRefused(message));
    expect(message).not.toContain(key.slice(0, 8));
  });

  it('that is not there is refused', () => {
    expect(() => readKeyRing('/nowhere/keys.json')).toThrow(
      new KeysRefused('KEYS_FILE cannot be read (ENOENT)'),
    );
  });

  it('says whether everybody may read it', () => {
    const path = keysFile({ a: key }, 'a');
    expect(readKeyRing(path).isExposed).toBe(false);
    chmodSync(path, 0o640);
    expect(readKeyRing(path).isExposed).toBe(false);
    chmodSync(path, 0o644);
    expect(readKeyRing(path).isExposed).toBe(true);
  });

  it('shows no key when it is printed', () => {
    const ring = readKeyRing(keysFile({ a: key }, 'a'));
    expect(JSON.stringify([...ring.keys])).toBe('[["a",{}]]');
  });
});
