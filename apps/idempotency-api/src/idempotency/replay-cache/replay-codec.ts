import { crc32 } from 'node:zlib';
import type { Replay } from '../domain/claim.js';
import { identityOf, type RecordKey } from '../domain/record.js';
import type { CachedReplay } from './replay-cache.js';

/**
 * A cached replay as bytes: CRC-32 of what follows, the head as a line of JSON, the outcome as it is stored. The head
 * names the record, so that a value under another record's name is refused.
 */
export function encodeReplay({ replay, generation }: CachedReplay): Buffer {
  const { outcome, completedAt, expiresAt, ...head } = replay;
  const line = JSON.stringify([head, generation, outcome.status, completedAt.getTime(), expiresAt.getTime()]);
  const payload = Buffer.from(`${line}\n${outcome.rest}`);
  const sum = Buffer.allocUnsafe(4);
  sum.writeUInt32BE(crc32(payload));
  return Buffer.concat([sum, payload]);
}

/** The cached replay of the record that the bytes hold, or undefined for any other bytes. */
export function decodeReplay(bytes: Buffer, key: RecordKey): CachedReplay | undefined {
  const payload = bytes.subarray(4);
  if (bytes.length < 4 || bytes.readUInt32BE(0) !== crc32(payload)) return undefined;
  const end = payload.indexOf(0x0a);
  if (end === -1) return undefined;
  try {
    return toCachedReplay(
      JSON.parse(payload.toString('utf8', 0, end)),
      payload.toString('utf8', end + 1),
      key,
    );
  } catch {
    return undefined;
  }
}

/** The sum says that these are bytes of ours, so the shape needs no more than a look at whose they are. */
function toCachedReplay(line: unknown, rest: string, key: RecordKey): CachedReplay | undefined {
  const [head, generation, status, completedAt, expiresAt] = line as [
    Omit<Replay, 'outcome' | 'completedAt' | 'expiresAt'>,
    number,
    number | null,
    number,
    number,
  ];
  if (identityOf(head) !== identityOf(key)) return undefined;
  const outcome = { status, rest };
  return {
    generation,
    replay: { ...head, outcome, completedAt: new Date(completedAt), expiresAt: new Date(expiresAt) },
  };
}
