import type { IncomingHttpHeaders } from 'node:http';
import type { JsonValue } from '@infra-services/idempotency-contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../../errors/problem.error.js';
import { parseStrictJson } from '../../json/parse-strict-json.js';
import { readBody } from './read-body.js';

/** Bodies are JSON and nothing else, of so many bytes at the most. */
export function takeJsonBodies(server: FastifyInstance, maxBytes: number): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', (request, _stream, done) => {
    readBody(request.raw, maxBytes, (error, body) => {
      let json: JsonValue | undefined;
      try {
        if (error) throw error;
        json = parse(request, body);
      } catch (cause) {
        done(cause as Error, undefined);
        return;
      }
      // Outside: it goes on with the call, and what is thrown there is not the body's.
      done(null, json);
    });
  });
}

function parse(request: FastifyRequest, body: Buffer): JsonValue | undefined {
  // Clients that set the content type on every call send it with an empty body on DELETE too.
  if (body.length === 0 && request.method === 'DELETE') return undefined;
  const refusal = unreadable(request.headers);
  if (refusal !== null) throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', refusal);
  return parseStrictJson(body);
}

/** A charset that is not UTF-8, which is all that JSON may be sent in (RFC 8259 §8.1). */
const otherCharset = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;

/** Why a body so labelled would be misread; null if it would not. */
function unreadable(fields: IncomingHttpHeaders): string | null {
  if (otherCharset.test(fields['content-type'] ?? '')) return 'JSON is sent in UTF-8; leave the charset out.';
  const encoding = fields['content-encoding'] ?? 'identity';
  return encoding.toLowerCase() === 'identity' ? null : 'The body must not be compressed.';
}
