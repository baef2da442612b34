import { randomUUID } from 'node:crypto';
import type {
  ClaimRequest,
  ExecuteDecision,
  ReplayDecision,
} from '@infra-services/idempotency-contract';
import { ProblemError } from '../../errors/problem.error.js';
import type { Claim, ClaimDecision } from '../domain/claim.js';
import { fingerprintOf } from '../domain/fingerprint.js';
import { fromStored } from '../domain/outcome.js';
import type { Defaults } from './defaults.js';
import { toWireCheckpoint } from './record.mapper.js';

export const DEFAULT_NAMESPACE = 'default';

/** A claim as the domain knows it. Without a token of the caller's the service chooses one. */
export function toClaim(request: ClaimRequest, tenant: string, defaults: Defaults): Claim {
  return {
    tenant,
    namespace: request.namespace ?? DEFAULT_NAMESPACE,
    key: request.key,
    fingerprint: request.request === undefined ? (request.fingerprint ?? null) : fingerprintOf(request.request),
    claimToken: request.claimToken?.toLowerCase() ?? randomUUID(),
    onLeaseExpiry: request.onLeaseExpiry ?? 'block',
    leaseMs: request.leaseMs ?? defaults.leaseMs,
    retentionMs: request.retentionMs ?? defaults.retentionMs,
    owner: request.owner ?? null,
  };
}

/** A positive answer to a claim. */
export type ClaimAnswer =
  | { readonly status: 201; readonly body: ExecuteDecision }
  | { readonly status: 200; readonly body: ReplayDecision };

/** Asking again makes sense soon, as executions are short; and not at every tick. Milliseconds. */
const RETRY_AFTER_MIN_MS = 50;
const RETRY_AFTER_MAX_MS = 1_000;

/** The answer to a claim. Throws `ProblemError` for every decision that lets nobody execute or replay. */
export function toClaimAnswer(claim: Claim, decision: ClaimDecision): ClaimAnswer {
  const { namespace, key } = claim;
  switch (decision.kind) {
    case 'execute': {
      const { claimToken, fencingToken, attempt, leaseExpiresAt, checkpoint } = decision.grant;
      return {
        status: 201,
        body: {
          decision: 'execute',
          namespace,
          key,
          claimToken,
          fencingToken,
          attempt,
          leaseExpiresAt: leaseExpiresAt.toISOString(),
          checkpoint: toWireCheckpoint(checkpoint),
        },
      };
    }
    case 'replay': {
      const { outcome, completedAt, expiresAt, attempt } = decision.record;
      return {
        status: 200,
        body: {
          decision: 'replay',
          namespace,
          key,
          outcome: fromStored(outcome!),
          completedAt: completedAt!.toISOString(),
          expiresAt: expiresAt!.toISOString(),
          attempt,
        },
      };
    }
    case 'in_progress': {
      const retryAfterMs = Math.ceil(
        Math.min(Math.max(decision.leaseLeftMs, RETRY_AFTER_MIN_MS), RETRY_AFTER_MAX_MS),
      );
      throw new ProblemError('CLAIM_IN_PROGRESS', undefined, { retryAfterMs });
    }
    case 'mismatch':
      throw new ProblemError('FINGERPRINT_MISMATCH');
    case 'outcome_unknown':
      throw new ProblemError('OUTCOME_UNKNOWN');
    case 'lost':
      throw new ProblemError('CLAIM_LOST');
  }
}
