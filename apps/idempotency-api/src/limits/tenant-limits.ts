import { ProblemError } from '../errors/problem.error.js';
import type { Policies } from '../policies/policies.js';
import type { TenantLimit } from '../policies/policy-file.js';
import type { Asking } from './open-claims.js';
import { RequestRates, type Rate } from './request-rates.js';
import type { UsageCounter } from './usage-counter.js';

export interface TenantLimitsOptions {
  readonly policies: Policies;
  readonly usage: UsageCounter;
  /** Milliseconds after which figures are new, and asking again makes sense. */
  readonly usageIntervalMs: number;
  onRefused(reason: 'rate_limited' | 'quota_exceeded'): void;
}

/** A claim of a tenant whose holdings are bounded. */
export interface BoundedClaim<Decision> extends Asking<Decision> {
  readonly tenant: string;
  /** Whether it begins nothing new, as the store has it. */
  isTaken(): Promise<boolean>;
}

/** What tenants may do and keep. Nothing here is asked by a call that completes, renews, keeps or releases. */
export class TenantLimits {
  private readonly rates = new RequestRates();

  constructor(private readonly options: TenantLimitsOptions) {}

  /** Counts one call. Throws RATE_LIMITED. */
  admit(tenant: string): void {
    const rate = rateOf(this.options.policies.limitOf(tenant));
    if (!rate) return;
    const waitMs = this.rates.take(tenant, rate);
    if (waitMs === 0) return;
    this.options.onRefused('rate_limited');
    throw new ProblemError('RATE_LIMITED', undefined, { retryAfterMs: Math.ceil(waitMs) });
  }

  /** Counts the items of a batch, of which the call itself was counted as one. */
  chargeItems(tenant: string, items: number): void {
    const rate = rateOf(this.options.policies.limitOf(tenant));
    if (rate) this.rates.charge(tenant, items - 1, rate);
  }

  /** Whether anything bounds what the tenant holds: only then a claim has to be asked for by `open`. */
  boundsClaimsOf(tenant: string): boolean {
    const limit = this.options.policies.limitOf(tenant);
    return limit?.openClaims !== undefined || limit?.storedBytes !== undefined;
  }

  /**
   * Asks for a claim, unless it would open one more than the tenant may have. What has an answer already is not new: a
   * duplicate gets its outcome, and a holder its own claim again. Throws QUOTA_EXCEEDED.
   */
  async open<Decision>(claim: BoundedClaim<Decision>): Promise<Decision> {
    const refusal = this.refuses(claim.tenant, ['openClaims', 'storedBytes']);
    if (refusal && !(await claim.isTaken())) throw this.refused(refusal);
    // Nothing is waited for between the look at the figures and this, so that no other call comes between.
    return this.options.usage.openedBy(claim.tenant).opening(claim);
  }

  /** Throws QUOTA_EXCEEDED where the tenant may have nothing more remembered. */
  admitNewIds(tenant: string): void {
    const refusal = this.refuses(tenant, ['storedBytes']);
    if (refusal) throw this.refused(refusal);
  }

  private refused(refusal: ProblemError): ProblemError {
    this.options.onRefused('quota_exceeded');
    return refusal;
  }

  private refuses(tenant: string, quotas: readonly ('openClaims' | 'storedBytes')[]): ProblemError | null {
    const limit = this.options.policies.limitOf(tenant);
    if (limit?.openClaims === undefined && limit?.storedBytes === undefined) return null;
    const usage = this.options.usage.usageOf(tenant);
    const full = quotas.find((quota) => usage[quota] >= (limit[quota] ?? Number.POSITIVE_INFINITY));
    if (!full) return null;
    return new ProblemError('QUOTA_EXCEEDED', details[full], { retryAfterMs: this.options.usageIntervalMs });
  }
}

const details = {
  openClaims: 'The tenant has as many open claims as it may have: complete, release or resolve some.',
  storedBytes: 'The tenant stores as many bytes as it may: shorten retention, or store smaller outcomes.',
};

function rateOf(limit: TenantLimit | undefined): Rate | undefined {
  if (limit?.requestsPerSecond === undefined) return undefined;
  const perSecond = limit.requestsPerSecond;
  return { perSecond, burst: limit.burst ?? Math.max(1, Math.ceil(perSecond)) };
}
