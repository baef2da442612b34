import { createHash } from 'node:crypto';
import { vectorLines } from './vector-files.js';

/** The double with these IEEE 754 bits. */
export function doubleFromBits(bits: bigint): number {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(bits);
  return bytes.readDoubleBE();
}

/**
 * The bits of the values in the 100-million-number test file of RFC 8785, in its order, without end: listed edge cases,
 * then 2,000 consecutive doubles from the smallest normal one, then a chain of SHA-256 blocks read as little-endian
 * doubles, skipping zeros, infinities and NaN.
 */
export function* es6TestFileBits(): Generator<bigint, never> {
  for (const hex of vectorLines('numbers/es6-edge-doubles.txt')) yield BigInt(`0x${hex}`);
  for (let step = 0n; step < 2_000n; step++) yield SMALLEST_NORMAL + step;
  for (let block = sha256(Buffer.alloc(32)); ; block = sha256(block)) {
    for (let offset = 0; offset < block.length; offset += 8) {
      const value = block.readDoubleLE(offset);
      if (value !== 0 && Number.isFinite(value)) yield block.readBigUInt64LE(offset);
    }
  }
}

const SMALLEST_NORMAL = 0x0010000000000000n;

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
