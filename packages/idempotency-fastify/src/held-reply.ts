import {
  capturedHeaders,
  HeldResponse,
  sendResponse,
  type Answer,
  type CapturedResponse,
  type ResponseToSend,
} from '@infra-services/idempotency-middleware';
import type { FastifyReply } from 'fastify';
import { readPayload } from './payload.js';

type Next = (error: Error | null, payload?: unknown) => void;
type ReplyHeaders = ReturnType<FastifyReply['getHeaders']>;

/**
 * One reply, held back until its outcome is stored: at `onSend`, where Fastify brings whatever the handler sent or
 * threw, and below it on Node's response, for handlers that hijack the reply and write by themselves.
 */
export class HeldReply {
  private held: HeldResponse | undefined;
  private state: 'open' | 'reading' | 'done' = 'open';
  private error: unknown;
  private readonly before: ReplyHeaders;
  private capture!: (response: CapturedResponse) => void;
  private decide!: (answer: Answer) => void;
  private readonly decided = new Promise<Answer>((resolve) => (this.decide = resolve));

  constructor(
    private readonly reply: FastifyReply,
    private readonly maxBodyBytes: number,
  ) {
    this.before = { ...reply.getHeaders() };
  }

  /** From now on what the handler answers is kept. */
  hold(): Promise<CapturedResponse> {
    const held = new HeldResponse(this.reply.raw, this.maxBodyBytes);
    this.held = held;
    const above = new Promise<CapturedResponse>((resolve) => (this.capture = resolve));
    return Promise.race([above, held.captured]);
  }

  /** What the handler threw, before an error handler makes a response of it. */
  failedWith(error: unknown): void {
    this.error = error;
  }

  /** Lets the captured reply go, or sends what takes its place. */
  answer(answer: Answer): void {
    this.state = 'done';
    if (answer.kind === 'captured') this.held?.release();
    else this.sendInstead(answer.response);
    this.decide(answer);
  }

  /** The `onSend` hook: goes on once the outcome is stored, and not at all where something else was sent. */
  send(payload: unknown, next: Next): void {
    if (this.state === 'done') next(null, payload);
    // A second send while the first one waits: an async handler that did not return its reply. Fastify warns of it
    // where nothing waits; here it must not overtake.
    if (this.state !== 'open') return;
    this.state = 'reading';
    this.read(payload).then(
      (readable) => {
        void this.decided.then((answer) => {
          if (answer.kind === 'captured') next(null, readable);
        });
      },
      (error: unknown) => {
        // As without us: the stream's error goes to the error handler, whose reply comes here again.
        this.state = 'open';
        next(error instanceof Error ? error : new Error('the stream failed', { cause: error }));
      },
    );
  }

  /** Captures, and returns what Fastify can still send. */
  private async read(payload: unknown): Promise<unknown> {
    const { reply } = this;
    const { bytes, payload: readable } = await readPayload(reply, payload, this.maxBodyBytes);
    this.capture({
      status: reply.statusCode,
      headers: capturedHeaders(reply.getHeaders() as Parameters<typeof capturedHeaders>[0]),
      body: bytes,
      ...(this.error === undefined ? {} : { error: this.error }),
    });
    return readable;
  }

  private sendInstead(response: ResponseToSend): void {
    const { reply, held, before } = this;
    if (held === undefined) {
      sendInstead(reply, response);
      return;
    }
    reply.hijack();
    held.replace({ ...response, headers: { ...textFields(before), ...response.headers } });
  }
}

/**
 * Sends a replay or a problem past Fastify's `onSend` hooks: they have shaped the stored bytes once. Header fields that
 * earlier hooks have set (CORS, rate limits) go with it.
 */
export function sendInstead(reply: FastifyReply, response: ResponseToSend): void {
  const headers = reply.getHeaders();
  reply.hijack();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) reply.raw.setHeader(name, value);
  sendResponse(reply.raw, response);
}

function textFields(headers: ReplyHeaders): Record<string, string> {
  const fields = capturedHeaders(headers as Parameters<typeof capturedHeaders>[0]);
  return Object.fromEntries([...fields].map(([name, values]) => [name, values.join(', ')]));
}
