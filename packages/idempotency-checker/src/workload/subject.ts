import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import { Random } from './random.js';

/** One operation that callers contend for: a key and what every claim of it says. */
export interface Subject {
  readonly namespace: string;
  readonly key: string;
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly leaseMs: number;
  readonly retentionMs: number;
  /** Whether callers delete it now and then. */
  readonly isDeleted: boolean;
}

/** Long against any run: such an outcome replays until the end. */
const LONG_RETENTION_MS = 24 * 60 * 60 * 1000;

/** Derives from the seed and the number alone, so that callers in different processes mean the same. */
export function subjectOf(seed: number, run: string, index: number): Subject {
  const random = Random.of(seed, index);
  return {
    namespace: 'checker',
    key: `${run}:${index}`,
    onLeaseExpiry: random.next() < 0.6 ? 'block' : 'takeover',
    // Short ones run out beside callers that stall or are killed.
    leaseMs: random.pick([300, 1_000, 4_000]),
    retentionMs: random.next() < 0.1 ? 2_000 : LONG_RETENTION_MS,
    isDeleted: random.next() < 0.06,
  };
}
