import type { FastifyReply } from 'fastify';

const nobodyLeaves = new AbortController().signal;

/** Aborts when the caller hangs up before it was answered. Callers who do not wait share one that never aborts. */
export function callerSignal(reply: FastifyReply, waitMs: number): AbortSignal {
  if (waitMs === 0) return nobodyLeaves;
  const gone = new AbortController();
  // Between a call and its handler a turn of the event loop may end.
  if (reply.raw.destroyed) gone.abort();
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) gone.abort();
  });
  return gone.signal;
}
