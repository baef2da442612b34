import { limits, type ClaimRequest } from '@infra-services/idempotency-contract';
import { claim, type ClaimDecision } from '../client/claim-calls.js';
import { timeLeft } from '../client/time-left.js';
import { ClaimInProgressError } from '../errors/problem-error.js';
import { backoffDelay } from '../transport/backoff.js';
import { pause } from '../transport/pause.js';
import type { Transport } from '../transport/transport.js';

/** A claim by `execute`: all that the lease is reckoned with is named. */
export type LeasedClaim = ClaimRequest & { claimToken: string; leaseMs: number };

export interface Acquired {
  readonly decision: ClaimDecision;
  /** `performance.now()` from before the answered attempt was sent: no lease began earlier. */
  readonly heldSince: number;
}

/**
 * Claims, and waits for an execution in flight: the service holds each claim for up to 30 s (`limits.waitMaxMs`), and
 * the same claim is asked again until `waitMs` is used up. While waiting, a record that is released or taken over may
 * make this caller the executor.
 *
 * @throws ClaimInProgressError when the time is over.
 */
export async function acquire(
  transport: Transport,
  request: LeasedClaim,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<Acquired> {
  const left = timeLeft(waitMs);
  let staleGrants = 0;
  for (let round = 1; ; round += 1) {
    const sliceMs = staleGrants > 0 ? 0 : Math.min(left(), limits.waitMaxMs);
    const slice = timeLeft(sliceMs);
    let heldSince = performance.now();
    try {
      const decision = await claim(transport, { ...request, waitMs: sliceMs }, { signal }, () => {
        heldSince = performance.now();
      });
      const isStale = decision.decision === 'execute' && isOldBeforeUse(heldSince, request.leaseMs);
      if (!isStale || staleGrants === STALE_GRANTS_MAX) return { decision, heldSince };
      staleGrants += 1;
    } catch (error) {
      if (!(error instanceof ClaimInProgressError) || left() === 0) throw error;
      staleGrants = 0;
      // Answered before its time: the service holds no more waiters for now.
      if (slice() > 0) await pause(pauseBetween(round, error, left()), signal);
    }
  }
}

/**
 * A grant that came after waiting is reckoned from when the waiting began, and may seem nearly over: claiming again with
 * the same token is the same claim with its lease counted from now. More often than this, the lease is shorter than the
 * way to the service and back.
 */
const STALE_GRANTS_MAX = 3;

function isOldBeforeUse(heldSince: number, leaseMs: number): boolean {
  return performance.now() - heldSince > leaseMs / 3;
}

/** The service's hint may be the rest of a lease; an execution can end long before. */
function pauseBetween(round: number, { retryAfterMs = 0 }: ClaimInProgressError, leftMs: number): number {
  const jitter = backoffDelay(round, { baseDelayMs: 100, maxDelayMs: 1_000 });
  return Math.min(leftMs, Math.min(retryAfterMs, 1_000) + jitter);
}
