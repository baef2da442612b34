import type {
  ClaimBatchResult,
  IdempotencyRecord,
  ProblemCode,
  ReleaseResponse,
} from '@infra-services/idempotency-contract';
import type { OperationName, Result } from '../history/call.js';

/** Refusals that say something of the record. */
const verdicts: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'CLAIM_IN_PROGRESS',
  'OUTCOME_UNKNOWN',
  'CLAIM_LOST',
  'OUTCOME_CONFLICT',
  'NOT_RESOLVABLE',
  'RECORD_OPEN',
  'RECORD_NOT_FOUND',
  'FINGERPRINT_MISMATCH',
]);

/**
 * What an answer says of one call. Whatever is not the contract's word (a proxy's page, a 5xx) is unknown: the call
 * may have taken effect. `OVERLOADED` and refusals of the request itself say that nothing was done.
 */
export function answeredResult(
  op: OperationName,
  status: number,
  body: unknown,
): Result | 'unknown' | 'nothing' {
  if (status >= 200 && status < 300) return success(op, body);
  const code = (body as { code?: ProblemCode } | undefined)?.code;
  if (code === undefined) return 'unknown';
  if (verdicts.has(code)) return { kind: 'refused', code };
  const didNothing = code === 'OVERLOADED' || (status >= 400 && status < 500 && status !== 408);
  return didNothing ? 'nothing' : 'unknown';
}

/** The results of a batch, in its order; all unknown where the batch as a whole was not answered. */
export function answeredBatch(
  ops: readonly OperationName[],
  status: number,
  body: unknown,
): (Result | 'unknown' | 'nothing')[] {
  if (status !== 200) return ops.map((op) => answeredResult(op, status, body));
  const { results } = body as { results: ClaimBatchResult[] };
  return ops.map((op, index) => {
    const result = results[index];
    return result === undefined ? 'unknown' : answeredResult(op, result.status, result);
  });
}

function success(op: OperationName, body: unknown): Result | 'unknown' {
  switch (op) {
    case 'claim': {
      const decision = body as ClaimBatchResult;
      if (!('decision' in decision)) return 'unknown';
      if (decision.decision === 'replay') {
        const { outcome, attempt, completedAt } = decision;
        return { kind: 'replayed', outcome, attempt, completedAt };
      }
      const { claimToken, fencingToken, attempt } = decision;
      return { kind: 'granted', claimToken, fencingToken, attempt };
    }
    case 'complete':
    case 'resolve':
    case 'get': {
      const { state, attempt, fencingToken, onLeaseExpiry, outcome, completedAt } = body as IdempotencyRecord;
      return {
        kind: 'record',
        record: { state, attempt, fencingToken, onLeaseExpiry, outcome, completedAt },
      };
    }
    case 'release':
      return { kind: 'let_go', state: (body as ReleaseResponse).state };
    case 'renew':
    case 'checkpoint':
    case 'delete':
      return { kind: 'done' };
  }
}
