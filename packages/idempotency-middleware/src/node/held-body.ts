import type { Callback } from './node-arguments.js';

/** The bytes of a held response, up to a limit. */
export class HeldBody {
  /** Beyond the limit the writer is told to wait, and what it still writes is kept until the release. */
  overflowed = false;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private waiting: Callback[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Whether the writer may go on. Its callback comes at once, beyond the limit with `confirm`. */
  add(
    chunk: string | Uint8Array,
    encoding: BufferEncoding | undefined,
    callback: Callback | undefined,
  ): boolean {
    // A copy: the writer may use its buffer again once it was told that the chunk is written.
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
    this.chunks.push(bytes);
    this.size += bytes.byteLength;
    this.overflowed ||= this.size > this.maxBytes;
    if (callback) {
      if (this.overflowed) this.waiting.push(callback);
      else process.nextTick(callback);
    }
    return !this.overflowed;
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks, this.size);
  }

  /** Tells the writers beyond the limit that their chunks are on their way. */
  confirm(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const callback of waiting) callback();
  }
}
