import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { RecordSeal } from '../../src/idempotency/persistence/record-seal.js';
import { Sealer } from '../../src/infrastructure/encryption/sealer.js';

/** A seal that seals nothing, as without KEYS_FILE. */
export const noSeal = new RecordSeal(new Sealer(undefined, ignore), ignore);

function ignore(): void {
  // Nobody listens here.
}

/** Keys for a test, by id. */
export type TestKeys = Readonly<Record<string, string>>;

/** A new key, in base64. */
export function newEncryptionKey(): string {
  return randomBytes(32).toString('base64');
}

/** Writes a keys file that only we can read; its path. */
export function keysFile(keys: TestKeys, active: string | null): string {
  return fileOf(JSON.stringify({ keys: Object.entries(keys).map(([id, key]) => ({ id, key })), active }));
}

/** Writes any text as a keys file; its path. */
export function fileOf(text: string, mode = 0o600): string {
  const path = join(mkdtempSync(join(inject('scratchDir'), 'keys-')), 'keys.json');
  writeFileSync(path, text, { mode });
  return path;
}
