import type { Recorder } from '../history/recorder.js';
import { answeredBatch, answeredResult } from './answered-results.js';
import { requestedCalls } from './requested-calls.js';

/** What is recorded: a `fetch` of which a text and what `init` holds are used. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that records every call that passes, for clients of any kind: what they repeat is on the wire more than once
 * and in the history more than once. Bodies are JSON texts, as every client of the API sends them.
 *
 * A request that fails or is aborted has an unknown result: it may have arrived, and may yet take effect.
 */
export function recordingFetch(recorder: Recorder, through: Fetch = fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
    const calls = requestedCalls(init?.method ?? 'GET', url, body);
    const pending = calls.map((call) => recorder.begin(call, call.operation));
    try {
      const response = await through(url.href, init);
      const text = await response.text();
      const ops = calls.map(({ operation }) => operation.op);
      const results = url.pathname.endsWith('/batch')
        ? answeredBatch(ops, response.status, parsed(text))
        : ops.map((op) => answeredResult(op, response.status, parsed(text)));
      pending.forEach((call, index) => call.ended(results[index] ?? 'unknown'));
      const { status, headers } = response;
      return new Response(text === '' ? null : text, { status, headers });
    } catch (error) {
      for (const call of pending) call.ended('unknown');
      throw error;
    }
  };
}

/** Undefined for what is not JSON: a proxy's page, or a body that was cut off. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
