import type { Meaning } from './exchange.js';

/**
 * What a status says about the operation, where the route does not say otherwise.
 *
 * 401, 425 and 429 mean by their definitions that the request was not applied (RFC 9110 §15.5.2, RFC 8470 §5.2,
 * RFC 6585 §4), and clients repeat them on purpose: the key stays free. 403 does not: a handler also answers it after
 * it has acted (a payment provider's refusal), so it is an outcome like any other below 500. From 500 on the handler
 * has failed on its way: what it did until then is not known.
 */
export function meaningOfStatus(status: number): Meaning {
  if (NOT_APPLIED.has(status)) return 'nothing-happened';
  return status < 500 ? 'store' : 'unknown';
}

const NOT_APPLIED: ReadonlySet<number> = new Set([401, 425, 429]);
