export type StreamName = 'stdout' | 'stderr';

/** A stretch of output of one stream. */
export interface Segment {
  readonly stream: StreamName;
  readonly bytes: Buffer;
}

/** What a command wrote, in the order in which it arrived. */
export interface Transcript {
  readonly segments: readonly Segment[];
  /** Bytes beyond the limit, which were not kept. */
  readonly discardedBytes: number;
}

/**
 * Above this many changes between stdout and stderr their order is given up, and only that within each of them kept: a
 * command that alternates by the byte would otherwise be stored in forty times its size, beyond what the service takes.
 */
const MAX_SEGMENTS = 4_096;

/** Keeps the first `maxBytes` of a command's output, both streams together. */
export class TranscriptRecorder {
  private readonly segments: { stream: StreamName; chunks: Buffer[] }[] = [];
  private keptBytes = 0;
  private discardedBytes = 0;

  constructor(private readonly maxBytes: number) {}

  add(stream: StreamName, bytes: Buffer): void {
    const kept = bytes.subarray(0, this.maxBytes - this.keptBytes);
    this.keptBytes += kept.length;
    this.discardedBytes += bytes.length - kept.length;
    if (kept.length > 0) this.segmentFor(stream).push(kept);
  }

  finish(): Transcript {
    const segments = this.segments.map(({ stream, chunks }) => ({ stream, bytes: Buffer.concat(chunks) }));
    return { segments, discardedBytes: this.discardedBytes };
  }

  private segmentFor(stream: StreamName): Buffer[] {
    const continued =
      this.segments.length < MAX_SEGMENTS
        ? this.segments.at(-1)
        : this.segments.findLast((segment) => segment.stream === stream);
    if (continued?.stream === stream) return continued.chunks;
    const segment = { stream, chunks: [] };
    this.segments.push(segment);
    return segment.chunks;
  }
}
