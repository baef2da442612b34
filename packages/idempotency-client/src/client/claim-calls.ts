import {
  limits,
  operations,
  type ClaimBatchResult,
  type ClaimRequest,
  type ExecuteDecision,
  type ReplayDecision,
} from '@infra-services/idempotency-contract';
import { mintClaimToken } from '../claim-token.js';
import type { CallOptions } from '../options.js';
import { defaultNamespace } from '../record-name.js';
import { isClaimBatchResult, isExecuteDecision, isReplayDecision } from '../transport/shapes.js';
import type { Transport } from '../transport/transport.js';
import { inChunks, resultsOf } from './batches.js';
import { timeLeft } from './time-left.js';

export type ClaimDecision = ExecuteDecision | ReplayDecision;

/**
 * `POST /v1/claims`.
 *
 * @param onSend called right before an attempt is sent: a lease that it is granted begins later
 */
export function claim(
  transport: Transport,
  request: ClaimRequest,
  options?: CallOptions,
  onSend?: () => void,
): Promise<ClaimDecision> {
  const named = withToken(request);
  const waitMs = timeLeft(request.waitMs ?? 0);
  return transport.call(
    {
      operation: operations.claim,
      path: operations.claim.path,
      record: request,
      waitMs,
      body: () => {
        onSend?.();
        return request.waitMs === undefined ? named : { ...named, waitMs: waitMs() };
      },
      read: (status, body) => readDecision(named, status, body),
    },
    options,
  );
}

/** `POST /v1/claims/batch`, as many times as its limit asks for, one after the other. */
export async function claimBatch(
  transport: Transport,
  claims: readonly ClaimRequest[],
  options?: CallOptions,
): Promise<ClaimBatchResult[]> {
  const { claimBatch: operation } = operations;
  const named = claims.map(withToken);
  return inChunks(named, limits.claimBatchMax, (chunk) => {
    const longestWait = timeLeft(Math.max(0, ...chunk.map((request) => request.waitMs ?? 0)));
    return transport.call(
      {
        operation,
        path: operation.path,
        waitMs: longestWait,
        body: () => ({ claims: chunk.map((request) => shortened(request, longestWait())) }),
        read: (_status, body) =>
          resultsOf(
            body,
            chunk,
            (result, request): result is ClaimBatchResult =>
              isClaimBatchResult(result) && (!('decision' in result) || isAnswerTo(request, result)),
          ),
      },
      options,
    );
  });
}

/** The token is named before the first attempt: without one every repetition would be another claim. */
function withToken(request: ClaimRequest): NamedClaim {
  return { ...request, claimToken: request.claimToken ?? mintClaimToken() };
}

type NamedClaim = ClaimRequest & { claimToken: string };

function shortened(request: NamedClaim, waitMs: number): NamedClaim {
  return request.waitMs === undefined ? request : { ...request, waitMs: Math.min(request.waitMs, waitMs) };
}

function readDecision(request: NamedClaim, status: number, body: unknown): ClaimDecision | undefined {
  if (status === 201 && isExecuteDecision(body)) return isAnswerTo(request, body) ? body : undefined;
  if (status === 200 && isReplayDecision(body)) return isAnswerTo(request, body) ? body : undefined;
  return undefined;
}

/** An answer about another record, or a grant to another token, is somebody else's: a cache, or a proxy gone wrong. */
function isAnswerTo(request: NamedClaim, answer: ClaimDecision): boolean {
  return (
    answer.key === request.key &&
    answer.namespace === (request.namespace ?? defaultNamespace) &&
    (answer.decision === 'replay' || answer.claimToken.toLowerCase() === request.claimToken.toLowerCase())
  );
}
