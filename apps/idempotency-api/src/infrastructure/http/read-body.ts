import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../../errors/problem.error.js';

/** What a body is, or why it could not be read. */
type BodyRead = (error: Error | null, body: Buffer) => void;

const NOTHING = Buffer.alloc(0);

/**
 * Reads the body of a request, of so many bytes at the most: a longer one is PAYLOAD_TOO_LARGE, and one that breaks off the
 * stream's error. Node.js has seen to it that a body is as long as its head says.
 *
 * Nearly every body has come whole, with its head, by the time that it is read. It is taken as it is then: to listen for its pieces
 * and its end, as Fastify's own reader does, is an eighth of what a replay takes Node.js (docs/performance.md). Also where the caller
 * has hung up since: what it asked for came whole, and it will ask again what became of it.
 */
export function readBody(request: IncomingMessage, maxBytes: number, done: BodyRead): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    done(tooLarge(), NOTHING);
  } else if (request.complete && request.readableLength <= maxBytes) {
    done(null, (request.read() as Buffer | null) ?? NOTHING);
  } else {
    gather(request, maxBytes, done);
  }
}

function gather(request: IncomingMessage, maxBytes: number, done: BodyRead): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const end = (error: Error | null, body: Buffer): void => {
    request.off('data', take).off('end', finish).off('error', fail);
    done(error, body);
  };
  const take = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes > maxBytes) end(tooLarge(), NOTHING);
    else pieces.push(piece);
  };
  const finish = (): void => {
    end(null, Buffer.concat(pieces, bytes));
  };
  const fail = (error: Error): void => {
    end(error, NOTHING);
  };
  request.on('data', take).on('end', finish).on('error', fail);
}

function tooLarge(): ProblemError {
  return new ProblemError('PAYLOAD_TOO_LARGE');
}
