import type { ServerResponse } from 'node:http';
import type { Admission, HandlerExecution } from '../exchange.js';
import { capturedHeaders } from './captured-headers.js';
import { HeldResponse } from './held-response.js';
import { sendResponse } from './send-response.js';

/** What an adapter on Node's own response hands over. */
export interface GuardedExchange {
  readonly res: ServerResponse;
  readonly maxBodyBytes: number;
  /** Goes on to the handler; not called where a replay or a problem is sent. */
  readonly proceed: (execution: HandlerExecution | null) => void;
}

/** Does what was decided, on Node's own response: all that an adapter needs beside reading the request. */
export async function guardResponse(admission: Admission, exchange: GuardedExchange): Promise<void> {
  const { res, maxBodyBytes, proceed } = exchange;
  switch (admission.kind) {
    case 'pass':
      proceed(null);
      return;
    case 'refuse':
      sendResponse(res, admission.response);
      return;
    case 'observe':
      observeResponse(res, admission.answered);
      proceed(null);
      return;
    case 'execute': {
      let held: HeldResponse | undefined;
      const answer = await admission.execute((execution) => {
        held = new HeldResponse(res, maxBodyBytes);
        proceed(execution);
        return held.captured;
      });
      if (answer.kind === 'captured') held?.release();
      else if (held) held.replace(answer.response);
      else sendResponse(res, answer.response);
    }
  }
}

/** Reports a response that is not held back, once it has ended either way. */
export function observeResponse(
  res: ServerResponse,
  answered: Extract<Admission, { kind: 'observe' }>['answered'],
): void {
  res.once('close', () => {
    answered(res.headersSent ? { status: res.statusCode, headers: capturedHeaders(res.getHeaders()) } : null);
  });
}
