import { limits } from '@infra-services/idempotency-contract';
import { limitOf, policyOf, type PolicyFile, type TenantLimit } from './policy-file.js';
import type { Terms } from './terms.js';

/** What holds where no policy says anything else, in milliseconds. */
export interface ServiceDefaults {
  readonly leaseMs: number;
  readonly retentionMs: number;
}

/** The policies in force: the service's own settings, and on top of them the file's. */
export class Policies {
  private readonly base: Terms;

  /** @param file The policies file in force at the moment of a call. */
  constructor(
    defaults: ServiceDefaults,
    private readonly file: () => PolicyFile,
  ) {
    this.base = {
      ...defaults,
      leaseMaxMs: limits.leaseMaxMs,
      retentionMaxMs: limits.retentionMaxMs,
      onLeaseExpiry: 'block',
      allowedOnLeaseExpiry: ['block', 'takeover'],
    };
  }

  /** What holds in a namespace. */
  termsOf(tenant: string, namespace: string): Terms {
    const policy = policyOf(this.file(), tenant, namespace);
    if (!policy) return this.base;
    const leaseMaxMs = policy.lease?.maxMs ?? this.base.leaseMaxMs;
    const retentionMaxMs = policy.retention?.maxMs ?? this.base.retentionMaxMs;
    const allowed = policy.onLeaseExpiry?.allowed ?? this.base.allowedOnLeaseExpiry;
    return {
      // A maximum below the service's own default lowers that one too: who asks for nothing is not refused.
      leaseMs: policy.lease?.defaultMs ?? Math.min(this.base.leaseMs, leaseMaxMs),
      leaseMaxMs,
      retentionMs: policy.retention?.defaultMs ?? Math.min(this.base.retentionMs, retentionMaxMs),
      retentionMaxMs,
      onLeaseExpiry: policy.onLeaseExpiry?.default ?? strictest(allowed),
      allowedOnLeaseExpiry: allowed,
    };
  }

  /** What a tenant may do and keep; undefined: there is no limit. */
  limitOf(tenant: string): TenantLimit | undefined {
    return limitOf(this.file(), tenant);
  }
}

/** `block` where it may be: it never lets anybody execute twice. */
function strictest(allowed: Terms['allowedOnLeaseExpiry']): Terms['onLeaseExpiry'] {
  return allowed.includes('block') ? 'block' : 'takeover';
}
