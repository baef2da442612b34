import { hash } from 'node:crypto';
import type { Outcome } from '@infra-services/idempotency-contract';
import { canonicalJson } from '../../json/canonical-json.js';
import { readStrictSource } from '../../json/read-strict-source.js';

/**
 * An outcome as it is stored: the status in a column of its own, so that lists need not read the rest; headers,
 * body and encoding as compact JSON, whose UTF-8 is stored. An absent body is an absent member, which keeps it apart from
 * `null`. Of an outcome that was completed with `store: "none"` the rest is a digest in their place.
 *
 * The rest is text here, and bytes in the database only: memory keeps many thousands of outcomes, and one that is a buffer of its
 * own takes a third more CPU to keep and to replay (docs/performance.md).
 */
export interface StoredOutcome {
  readonly status: number | null;
  readonly rest: string;
}

/** How a rest begins that holds a digest: no outcome of a caller has a member of this name. */
const DIGEST_ONLY = '{"stored":"none","digest":"';

/** What was sent, made ready to store. */
export function toStored(outcome: Outcome): StoredOutcome {
  const { status, ...rest } = outcome;
  return { status: status ?? null, rest: JSON.stringify(rest) };
}

/** The same without headers and body: enough to know that it happened, and whether another outcome is the same. */
export function withoutContent({ status, rest }: StoredOutcome): StoredOutcome {
  return { status, rest: `${DIGEST_ONLY}${digestOf(rest)}"}` };
}

/**
 * What was stored as JSON text, to be put into an answer as it stands. It is not parsed on its way: that would cost
 * time, and the platform's parser does not keep every member name (see read-strict-source.ts).
 */
export function outcomeText(stored: StoredOutcome): string {
  const rest = holdsDigest(stored.rest) ? '{"stored":"none"}' : stored.rest;
  if (stored.status === null) return rest;
  return rest === '{}' ? `{"status":${stored.status}}` : `{"status":${stored.status},${rest.slice(1)}`;
}

/** The outcome's size in bytes: compact JSON in UTF-8, as MAX_OUTCOME_BYTES counts it. */
export function sizeInBytes(stored: StoredOutcome): number {
  const statusBytes = stored.status === null ? 0 : `"status":${stored.status}`.length;
  const separator = statusBytes > 0 && stored.rest.length > '{}'.length ? 1 : 0;
  return Buffer.byteLength(stored.rest) + statusBytes + separator;
}

/** Whether two outcomes say the same, however their members are ordered (RFC 8785), and whether stored whole or not. */
export function sameOutcome(one: StoredOutcome, other: StoredOutcome): boolean {
  if (one.status !== other.status) return false;
  if (one.rest === other.rest) return true;
  return holdsDigest(one.rest) || holdsDigest(other.rest)
    ? digestOf(one.rest) === digestOf(other.rest)
    : canonical(one.rest) === canonical(other.rest);
}

function holdsDigest(rest: string): boolean {
  return rest.startsWith(DIGEST_ONLY);
}

/** SHA-256 of the canonical rest, in base64url: the one that is stored, or the one to store. */
function digestOf(rest: string): string {
  if (holdsDigest(rest)) return rest.slice(DIGEST_ONLY.length, -'"}'.length);
  return hash('sha256', canonical(rest) ?? '', 'base64url');
}

function canonical(text: string): string | undefined {
  return canonicalJson(readStrictSource(text, 'us'));
}
