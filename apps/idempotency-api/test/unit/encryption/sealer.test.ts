import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readKeyRing } from '../../../src/infrastructure/encryption/key-ring.js';
import { Sealer } from '../../../src/infrastructure/encryption/sealer.js';
import { keysFile, newEncryptionKey } from '../../support/seals.js';

const keys = { old: newEncryptionKey(), new: newEncryptionKey() };

function sealerOf(active: string | null, ring: Record<string, string> = keys): Sealer {
  return new Sealer(readKeyRing(keysFile(ring, active)), () => undefined);
}

describe('a sealer', () => {
  const sealer = sealerOf('new');
  const text = Buffer.from('{"body":{"receipt":"ünïcode"}}');

  it('gives back what it sealed, of any length', () => {
    for (const length of [0, 1, 15, 16, 17, 4_096, 1_048_576]) {
      const plain = randomBytes(length);
      expect(sealer.open(sealer.seal(plain, 'here'), 'here')).toEqual({ kind: 'plain', bytes: plain });
    }
  });

  it('adds the head, a nonce of 96 bits and a tag of 128, and never the same bytes twice', () => {
    const seals = Array.from({ length: 1_000 }, () => Buffer.from(sealer.seal(text, 'here')).toString('hex'));
    expect(new Set(seals).size).toBe(1_000);
    expect(new Set(seals.map((seal) => seal.slice(12, 36))).size).toBe(1_000);
    expect(seals.every((seal) => seal.startsWith('c10103'))).toBe(true);
    expect(seals[0]!.length / 2).toBe(3 + 'new'.length + 12 + 16 + text.length);
  });

  it('opens nothing of which a single bit has changed, or that is cut short', () => {
    const sealed = Buffer.from(sealer.seal(text, 'here'));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      // Without its magic byte it is what was never sealed; nothing of what it hides shows even then.
      if (bit < 8) expect(sealer.open(changed, 'here')).toEqual({ kind: 'plain', bytes: changed });
      else expect(sealer.open(changed, 'here').kind).not.toBe('plain');
    }
    for (let length = 1; length < sealed.length; length++) {
      expect(sealer.open(sealed.subarray(0, length), 'here').kind).not.toBe('plain');
    }
  });

  it('opens nothing in another place than it was sealed for', () => {
    const sealed = sealer.seal(text, 'here');
    expect(sealer.open(sealed, 'there')).toEqual({ kind: 'not_authentic', keyId: 'new' });
    expect(sealer.open(sealed, '')).toEqual({ kind: 'not_authentic', keyId: 'new' });
  });

  it('opens what any key of its ring has sealed, and says which key it lacks', () => {
    expect(sealer.open(sealerOf('old').seal(text, 'here'), 'here').kind).toBe('plain');
    const poor = sealerOf('old', { old: keys.old });
    expect(poor.open(sealer.seal(text, 'here'), 'here')).toEqual({ kind: 'unknown_key', keyId: 'new' });
    const impostor = sealerOf('new', { new: newEncryptionKey() });
    expect(impostor.open(sealer.seal(text, 'here'), 'here')).toEqual({ kind: 'not_authentic', keyId: 'new' });
  });

  it('leaves bytes alone where no key is active, and opens them still', () => {
    for (const idle of [sealerOf(null), new Sealer(undefined, () => undefined)]) {
      expect(idle.seal(text, 'here')).toBe(text);
      expect(idle.open(text, 'here')).toEqual({ kind: 'plain', bytes: text });
    }
    expect(sealerOf(null).open(sealer.seal(text, 'here'), 'here').kind).toBe('plain');
  });
});
