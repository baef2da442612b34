import type { JsonValue } from '@infra-services/idempotency-contract';

/** The answer of `countMembers` for a value whose source has to be looked at; no count equals it. */
const DOUBTFUL = -1;

/**
 * Counts the object members of a parsed value, at every depth, or answers DOUBTFUL on meeting
 *
 * - a number beyond ±(2^53 − 1): what its literal looked like decides, and that is gone here;
 * - a member named `__proto__`;
 * - a lone surrogate in a string, looked for only where `mayHoldLoneSurrogates`; in a name it takes an escape, and
 *   escaped names do not get here.
 *
 * Recurses once for each level, so the caller bounds the depth first.
 */
export function countMembers(value: JsonValue, mayHoldLoneSurrogates: boolean): number {
  if (typeof value === 'string') return mayHoldLoneSurrogates && !value.isWellFormed() ? DOUBTFUL : 0;
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? 0 : DOUBTFUL;
  if (typeof value !== 'object' || value === null) return 0;
  return Array.isArray(value)
    ? countInArray(value, mayHoldLoneSurrogates)
    : countInObject(value, mayHoldLoneSurrogates);
}

function countInArray(elements: JsonValue[], mayHoldLoneSurrogates: boolean): number {
  let members = 0;
  for (const element of elements) {
    const inside = countMembers(element, mayHoldLoneSurrogates);
    if (inside === DOUBTFUL) return DOUBTFUL;
    members += inside;
  }
  return members;
}

function countInObject(object: { [name: string]: JsonValue }, mayHoldLoneSurrogates: boolean): number {
  let members = 0;
  // for…in needs no array of names. Should something have polluted Object.prototype, it counts too many: the
  // source is then looked at, and nothing is accepted or refused wrongly.
  for (const name in object) {
    if (name === '__proto__') return DOUBTFUL;
    const inside = countMembers(object[name] as JsonValue, mayHoldLoneSurrogates);
    if (inside === DOUBTFUL) return DOUBTFUL;
    members += inside + 1;
  }
  return members;
}
