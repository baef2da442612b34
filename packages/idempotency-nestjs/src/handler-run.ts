import type {
  CapturedResponse,
  HandlerExecution,
  HeldResponse,
} from '@infra-services/idempotency-middleware';
import type { Readable } from 'node:stream';
import { finalize, tap, type Observable, type Subscriber, type Subscription } from 'rxjs';

/** The handler under way: pipes, inner interceptors and itself, whatever Nest makes of what they give. */
export class HandlerRun {
  private settled = false;
  private thrown: unknown;
  private abandon!: (error: Error) => void;
  private readonly abandoned: Promise<never>;

  constructor(private readonly handler: Observable<unknown>) {
    this.abandoned = new Promise((_, reject) => (this.abandon = reject));
    this.abandoned.catch(() => undefined);
  }

  start(subscriber: Subscriber<unknown>): Subscription {
    const settle = (value?: unknown): void => {
      this.settled = true;
      if (isFile(value)) this.watch(value.getStream());
    };
    return this.handler
      .pipe(
        tap({ next: settle, complete: () => settle(), error: (error: unknown) => this.fail(error) }),
        // An interceptor further out gave up (a timeout), or Nest did for a client that has gone. The handler may go on
        // all the same, so an answer that somebody else gives for it is not its outcome.
        finalize(() => {
          if (!this.settled) this.abandon(new Error('nobody waits for the handler any more'));
        }),
      )
      .subscribe(subscriber);
  }

  /** The response once it is captured, with what was thrown on its way; rejects if the handler was abandoned. */
  async capture(held: HeldResponse): Promise<CapturedResponse> {
    const captured = await Promise.race([this.abandoned, held.captured]);
    return this.thrown === undefined ? captured : { ...captured, error: this.thrown };
  }

  /** Nest destroys the stream of a file whose client has gone, and then ends no response. */
  private watch(stream: Readable): void {
    stream.once('close', () => {
      if (!stream.readableEnded) this.abandon(new Error('the file was not read to its end'));
    });
  }

  private fail(error: unknown): void {
    this.settled = true;
    this.thrown = error;
  }
}

/** Nobody waited any more when the claim was granted, so the handler was not begun. */
export function notRun(execution: HandlerExecution | null): CapturedResponse {
  execution?.declare('nothing-happened');
  return { status: 503, headers: new Map(), body: new Uint8Array() };
}

/** Nest's `StreamableFile`, told by its shape: an application may have several copies of Nest installed. */
function isFile(value: unknown): value is { getStream(): Readable } {
  return typeof value === 'object' && value !== null && 'getStream' in value;
}
