import { randomUUID } from 'node:crypto';
import {
  headers,
  type ClaimRequest,
  type ExecuteDecision,
  type ReplayDecision,
} from '@infra-services/idempotency-contract';
import { ProblemError, recordUnreadable } from '../../errors/problem.error.js';
import { Answer } from '../../infrastructure/http/answer.js';
import { checkpointText } from '../domain/checkpoint.js';
import type { Claim, ClaimDecision, Grant, Replay } from '../domain/claim.js';
import { fingerprintOf } from '../domain/fingerprint.js';
import { outcomeText } from '../domain/outcome.js';
import { DEFAULT_NAMESPACE } from './default-namespace.js';
import type { PlaceOfCall } from './terms-of-calls.js';
import { objectText, type JsonText } from './json-text.js';
import { timeText } from './time-text.js';

/** A claim as the domain knows it, by the terms of its namespace. Without a token of the caller's the service chooses one. */
export function toClaim(request: ClaimRequest, { tenant, terms }: PlaceOfCall): Claim {
  return {
    tenant,
    namespace: request.namespace ?? DEFAULT_NAMESPACE,
    key: request.key,
    fingerprint:
      request.request === undefined ? (request.fingerprint ?? null) : fingerprintOf(request.request),
    claimToken: request.claimToken?.toLowerCase() ?? randomUUID(),
    onLeaseExpiry: request.onLeaseExpiry ?? terms.onLeaseExpiry,
    leaseMs: request.leaseMs ?? terms.leaseMs,
    retentionMs: request.retentionMs ?? terms.retentionMs,
    owner: request.owner ?? null,
  };
}

/** Says that the answer is a replay. */
const REPLAYED = { [headers.idempotentReplayed]: 'true' };

/** Asking again makes sense soon, as executions are short; and not at every tick. Milliseconds. */
const RETRY_AFTER_MIN_MS = 50;
const RETRY_AFTER_MAX_MS = 1_000;

/** A positive answer to a claim: an execute or a replay decision of the contract. Throws `ProblemError` for every decision that lets nobody execute or replay. */
export function toClaimAnswer(claim: Claim, decision: ClaimDecision): Answer<JsonText> {
  switch (decision.kind) {
    case 'execute':
      return new Answer(executeText(claim, decision.grant), 201);
    case 'replay':
      return new Answer(replayText(decision.replay), 200, REPLAYED);
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
    case 'unreadable':
      throw recordUnreadable();
  }
}

function executeText(claim: Claim, grant: Grant): JsonText {
  const members: Omit<ExecuteDecision, 'checkpoint'> = {
    decision: 'execute',
    namespace: claim.namespace,
    key: claim.key,
    claimToken: grant.claimToken,
    fencingToken: grant.fencingToken,
    attempt: grant.attempt,
    leaseExpiresAt: timeText(grant.leaseExpiresAt),
  };
  return objectText(members, { checkpoint: grant.checkpoint && checkpointText(grant.checkpoint) });
}

function replayText(replay: Replay): JsonText {
  const members: Omit<ReplayDecision, 'outcome'> = {
    decision: 'replay',
    namespace: replay.namespace,
    key: replay.key,
    completedAt: timeText(replay.completedAt),
    expiresAt: timeText(replay.expiresAt),
    attempt: replay.attempt,
  };
  return objectText(members, { outcome: outcomeText(replay.outcome) });
}
