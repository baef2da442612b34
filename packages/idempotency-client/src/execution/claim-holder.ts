import type {
  ExecuteDecision,
  JsonValue,
  Outcome,
  ReleaseEffect,
} from '@infra-services/idempotency-contract';
import { checkpoint, complete, release, renew } from '../client/execution-calls.js';
import { OwnershipLostError } from '../errors/ownership-lost-error.js';
import { report } from '../hooks.js';
import { defaults, type ClientOptions } from '../options.js';
import type { CompletedRecord } from '../transport/shapes.js';
import type { Transport } from '../transport/transport.js';
import type { Acquired } from './acquire.js';
import { isClaimGone, LeaseKeeper } from './lease-keeper.js';
import type { ExecutionContext } from './options.js';

/** A granted claim while the operation runs: its lease, its signal, and what may be said about it to the service. */
export class ClaimHolder {
  private readonly keeper: LeaseKeeper;
  private readonly controller = new AbortController();
  private readonly onCallerAbort = () => this.controller.abort(this.callerSignal?.reason);

  constructor(
    private readonly transport: Transport,
    private readonly client: ClientOptions,
    readonly grant: ExecuteDecision,
    lease: { leaseMs: number; heldSince: Acquired['heldSince'] },
    private readonly callerSignal: AbortSignal | undefined,
  ) {
    const { leaseMs, heldSince } = lease;
    // A renewal that hangs must leave room for another within the lease.
    const timeoutMs = Math.min(client.timeoutMs ?? defaults.timeoutMs, Math.ceil(leaseMs / 3));
    const request = { claimToken: grant.claimToken, leaseMs };
    this.keeper = new LeaseKeeper({
      leaseMs,
      heldSince,
      renew: (signal) => renew(transport, grant, request, { signal, timeoutMs, retry: false }),
      onLost: (reason, cause) => this.onLost(reason, cause),
    });
  }

  /** Whether the lease may be over before anything began. */
  get isOver(): boolean {
    return this.keeper.leftMs === 0;
  }

  /** Begins to renew, and gives the operation what it needs. */
  begin(): ExecutionContext {
    const { namespace, key, claimToken, fencingToken, attempt, checkpoint: recovered } = this.grant;
    this.callerSignal?.addEventListener('abort', this.onCallerAbort, { once: true });
    this.keeper.start();
    return {
      signal: this.controller.signal,
      namespace,
      key,
      claimToken,
      fencingToken,
      attempt,
      recovered,
      checkpoint: (name, data) => this.checkpoint(name, data),
    };
  }

  /** Stores the outcome. Neither the caller's signal nor a lost lease keeps it back: the service decides by the token. */
  complete(outcome: Outcome): Promise<CompletedRecord> {
    const { claimToken } = this.grant;
    const maxElapsedMs =
      this.client.completionBudgetMs ?? Math.max(defaults.completionBudgetMs, this.keeper.leftMs);
    const retry = { maxAttempts: Infinity, maxElapsedMs };
    return complete(this.transport, this.grant, { claimToken, outcome }, { retry });
  }

  /** Lets go without an outcome. A renewal that arrived later would only be refused, so there is none. */
  async release(effect: ReleaseEffect): Promise<void> {
    this.end();
    await release(this.transport, this.grant, { claimToken: this.grant.claimToken, effect });
  }

  /** No more renewals. */
  end(): void {
    this.keeper.stop();
    this.callerSignal?.removeEventListener('abort', this.onCallerAbort);
  }

  private async checkpoint(name: string, data: JsonValue | undefined): Promise<void> {
    const { claimToken } = this.grant;
    const request = { claimToken, name, ...(data === undefined ? {} : { data }) };
    try {
      await checkpoint(this.transport, this.grant, request);
    } catch (error) {
      if (isClaimGone(error)) this.keeper.lose(error);
      throw error;
    }
  }

  private onLost(reason: 'claim-lost' | 'lease-over', cause: unknown): void {
    const { namespace, key, fencingToken, attempt } = this.grant;
    this.controller.abort(new OwnershipLostError(namespace, key, cause === undefined ? {} : { cause }));
    report(this.client.hooks, 'onOwnershipLost', { namespace, key, fencingToken, attempt, reason });
  }
}
