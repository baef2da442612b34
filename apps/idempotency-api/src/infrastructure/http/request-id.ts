import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** As long as a trace's id: 128 random bits, in hexadecimal digits. */
const ID_LENGTH = 32;

/** So many ids are made in one go, as to make a UUID takes as long as to route the call. */
const IDS_IN_STOCK = 256;

let stock = '';
let used = 0;

/** The id of a request: its own, if it brings one that may stand in a header and in a log, or a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && acceptable.test(given) ? given : newRequestId();
}

/** For a call that brings none. Random and not counted: callers need not see how many others call. */
export function newRequestId(): string {
  if (used === stock.length) {
    stock = randomBytes((ID_LENGTH / 2) * IDS_IN_STOCK).toString('hex');
    used = 0;
  }
  return stock.slice(used, (used += ID_LENGTH));
}
