/**
 * SHA-256 (FIPS 180-4) of a text's UTF-8, in hexadecimal. Web Crypto has it only as a promise, and a key is needed at
 * once.
 */
export function sha256Hex(text: string): string {
  const message = padded(new TextEncoder().encode(text));
  const state = Uint32Array.from(INITIAL_STATE);
  for (let offset = 0; offset < message.byteLength; offset += 64) compress(state, message, offset);
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

/** The message, a one bit, zeros, and its length in bits, to whole blocks of 64 bytes (§5.1.1). */
function padded(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const block = new Uint8Array(length);
  block.set(bytes);
  block[bytes.length] = 0x80;
  const view = new DataView(block.buffer);
  view.setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return view;
}

/** One block (§6.2.2). Typed arrays keep every sum within 32 bits. */
function compress(state: Uint32Array, message: DataView, offset: number): void {
  const w = schedule(message, offset);
  let [a, b, c, d, e, f, g, h] = state as unknown as Words8;
  for (let t = 0; t < 64; t += 1) {
    const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + sum1 + choice + at(ROUND_CONSTANTS, t) + at(w, t)) | 0;
    const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + sum0 + majority) | 0];
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = at(state, index) + word;
}

type Words8 = [number, number, number, number, number, number, number, number];

function schedule(message: DataView, offset: number): Uint32Array {
  const w = new Uint32Array(64);
  for (let t = 0; t < 16; t += 1) w[t] = message.getUint32(offset + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const [before15, before2] = [at(w, t - 15), at(w, t - 2)];
    const sigma0 = rotated(before15, 7) ^ rotated(before15, 18) ^ (before15 >>> 3);
    const sigma1 = rotated(before2, 17) ^ rotated(before2, 19) ^ (before2 >>> 10);
    w[t] = at(w, t - 16) + sigma0 + at(w, t - 7) + sigma1;
  }
  return w;
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

/** The first 32 bits of the fractional part of a root: both tables of the standard are made so (§4.2.2, §5.3.3). */
function fractionOf(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

const ROUND_CONSTANTS = Uint32Array.from(firstPrimes(64), (prime) => fractionOf(Math.cbrt(prime)));
const INITIAL_STATE = Uint32Array.from(firstPrimes(8), (prime) => fractionOf(Math.sqrt(prime)));
