import { ClaimLostError, RecordNotFoundError } from '../errors/problem-error.js';
import { backoffDelay } from '../transport/backoff.js';
import { pause } from '../transport/pause.js';

export interface Lease {
  readonly leaseMs: number;
  /** `performance.now()` from before the claim was sent: reckoned too early rather than too late. */
  readonly heldSince: number;
  /** One attempt; the keeper repeats it within the lease. */
  renew(signal: AbortSignal): Promise<unknown>;
  /** Called once at the most: the claim is lost, or must be presumed so. */
  onLost(reason: 'claim-lost' | 'lease-over', cause?: unknown): void;
}

/**
 * Renews a lease at a third of it. Ownership is lost when the service says so, and presumed lost when the lease's end
 * passes on the local monotonic clock without a renewal. That presumption is never taken back; yet renewals go on, since
 * one that succeeds revives the claim for those who wait for it. A timer that fires late, the event loop having been
 * blocked, finds the time over and presumes the loss before anything else.
 */
export class LeaseKeeper {
  private heldSince: number;
  private isLost = false;
  private readonly stopped = new AbortController();
  private endTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly lease: Lease) {
    this.heldSince = lease.heldSince;
  }

  /** Milliseconds left, by the local clock; 0 when over. */
  get leftMs(): number {
    return Math.max(0, this.heldSince + this.lease.leaseMs - performance.now());
  }

  start(): void {
    this.watchEnd();
    void this.renewals();
  }

  /** Ends renewals, and abandons one that is on its way. Nothing is reported any more. */
  stop(): void {
    this.stopped.abort();
    clearTimeout(this.endTimer);
  }

  /** The service said that the claim is lost. */
  lose(cause: unknown): void {
    this.presumeLost('claim-lost', cause);
    this.stop();
  }

  private async renewals(): Promise<void> {
    const { signal } = this.stopped;
    let failures = 0;
    for (;;) {
      const isStopped = await pause(this.untilRenewal(failures), signal).then(
        () => false,
        () => true,
      );
      if (isStopped) return;
      if (this.leftMs === 0) this.presumeLost('lease-over');
      const sentAt = performance.now();
      try {
        await this.lease.renew(signal);
        this.heldSince = sentAt;
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (isClaimGone(error)) {
          this.lose(error);
          return;
        }
        failures += 1;
      }
    }
  }

  private untilRenewal(failures: number): number {
    const { leaseMs } = this.lease;
    if (failures > 0) return backoffDelay(failures, { baseDelayMs: leaseMs / 30, maxDelayMs: leaseMs / 10 });
    return Math.max(0, this.heldSince + leaseMs / 3 - performance.now());
  }

  /** A renewal moves the end, so that the timer finds time left when it fires and is set again. */
  private watchEnd(): void {
    const { leftMs } = this;
    if (leftMs === 0) this.presumeLost('lease-over');
    else this.endTimer = setTimeout(() => this.watchEnd(), leftMs);
  }

  private presumeLost(reason: 'claim-lost' | 'lease-over', cause?: unknown): void {
    if (this.isLost || this.stopped.signal.aborted) return;
    this.isLost = true;
    this.lease.onLost(reason, cause);
  }
}

/** Whether the service says that the claim is no longer held. */
export function isClaimGone(error: unknown): boolean {
  return error instanceof ClaimLostError || error instanceof RecordNotFoundError;
}
