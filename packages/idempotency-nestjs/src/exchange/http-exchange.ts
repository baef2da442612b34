import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeldResponse, NeutralRequest, ResponseToSend } from '@infra-services/idempotency-middleware';

/** One request and its response, whichever platform carries them. */
export interface HttpExchange {
  readonly request: NeutralRequest;
  /** Node's own objects, below the platform. */
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** From here on, what is written to the response is held back. */
  hold(maxBodyBytes: number): HeldResponse;
  /** Answers through the platform, so that header fields and hooks of the application take part. */
  send(response: ResponseToSend): void;
  /** The answer was sent: what Nest writes once the interceptor returns is dropped. */
  ignoreFurtherAnswers(): void;
}
