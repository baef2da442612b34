import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileRefused } from './file-refused.js';

export interface WatchedFileOptions<Content> {
  /** The setting that names the file, for messages. */
  readonly setting: string;
  readonly path: string;
  /** Milliseconds from one look to the next. */
  readonly pollMs: number;
  /** Throws `FileRefused`. */
  parse(bytes: Buffer): Content;
  onReloaded(): void;
  /** Told once of each way in which the file on disk is bad, while the content in force stays. */
  onRefused(reason: string): void;
}

/**
 * A file whose content is replaced while the service runs. It is read again every so often and compared, as
 * notifications of changes get lost on network file systems, on bind mounts and where a mounted directory is swapped
 * by a link (Kubernetes). Content is replaced as a whole between two calls, so that no call sees half of a change; a
 * file that is missing, half written or wrong changes nothing.
 */
export class WatchedFile<Content> {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private bytes: Buffer;
  private inForce: Content;
  private refused: string | null = null;

  /** Reads the file for the first time. Throws `FileRefused`, and then the service must not start. */
  constructor(private readonly options: WatchedFileOptions<Content>) {
    try {
      this.bytes = readFileSync(options.path);
      this.inForce = options.parse(this.bytes);
    } catch (error) {
      throw new FileRefused(this.reasonOf(error));
    }
  }

  get content(): Content {
    return this.inForce;
  }

  /** Whether the file on disk is bad, so that older content is in force. */
  get isStale(): boolean {
    return this.refused !== null;
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (await this.pause()) await this.look();
  }

  private async look(): Promise<void> {
    try {
      const bytes = await readFile(this.options.path);
      // What was in force before a refusal may be put back: then the file is no longer stale.
      if (bytes.equals(this.bytes)) {
        this.refused = null;
        return;
      }
      this.inForce = this.options.parse(bytes);
      this.bytes = bytes;
      this.refused = null;
      this.options.onReloaded();
    } catch (error) {
      const reason = this.reasonOf(error);
      if (reason === this.refused) return;
      this.refused = reason;
      this.options.onRefused(reason);
    }
  }

  /** Only what we wrote ourselves, and the code of a failed read: anything else may show what is in the file. */
  private reasonOf(error: unknown): string {
    const { code } = error as NodeJS.ErrnoException;
    const why = error instanceof FileRefused ? error.message : `cannot be read (${code ?? 'unknown'})`;
    return `${this.options.setting}: ${why}`;
  }

  /** False once it is to stop. */
  private async pause(): Promise<boolean> {
    const { signal } = this.stopped;
    await sleep(this.options.pollMs, undefined, { signal, ref: false }).catch(() => undefined);
    return !signal.aborted;
  }
}
