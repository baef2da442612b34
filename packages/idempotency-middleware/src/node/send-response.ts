import type { ServerResponse } from 'node:http';
import type { ResponseToSend } from '../exchange.js';
import { isBodyless } from './bodyless.js';

/** Writes a whole response; header fields that are set on it already, by other middleware, stay. */
export function sendResponse(res: ServerResponse, { status, headers, body }: ResponseToSend): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (isBodyless(status)) {
    res.end();
    return;
  }
  res.setHeader('content-length', body.byteLength);
  res.end(body);
}
