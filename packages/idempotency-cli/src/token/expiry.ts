import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../units.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/u;

/** Beyond it times have more digits than RFC 3339 has room for. */
const LAST_YEAR = 9999;

/**
 * When a token ends: `90d` from now, by this host's clock, or a time with its zone, `2027-05-31T00:00:00Z`. As RFC 3339
 * in UTC. What has passed is refused: it would be a token that never works.
 */
export function parseExpiry(text: string): string {
  const at = new Date(TIME.test(text) ? Date.parse(text) : Date.now() + durationOf(text));
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() > LAST_YEAR) throw new InvalidArgumentError(EXPECTED);
  if (at.getTime() <= Date.now()) throw new InvalidArgumentError('It must be in the future.');
  return at.toISOString();
}

const EXPECTED = 'It must be a duration, such as 90d, or a time with its zone, such as 2027-05-31T00:00:00Z.';

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new InvalidArgumentError(EXPECTED);
  }
}
