import type { ProblemDetails } from '@infra-services/idempotency-contract';
import { QueueFull } from '../../errors/queue-full.js';
import { StoreFailure } from '../../errors/store-failure.js';
import { toProblem, type Call } from '../../infrastructure/http/problem-response.js';

/**
 * The results of a batch in order: answers, and the problems of those that failed alone. A batch none of whose items
 * reached the store fails as a whole, so that a caller sees one 503 and not 500 of them in a 200.
 */
export async function batchResults<Answer>(
  answers: readonly Promise<Answer>[],
  call: Call,
): Promise<(Answer | ProblemDetails)[]> {
  const settled = await Promise.allSettled(answers);
  const [first] = settled;
  if (first?.status === 'rejected' && settled.every(neverReachedTheStore)) throw first.reason;
  return settled.map((result) =>
    result.status === 'fulfilled' ? result.value : toProblem(result.reason, call),
  );
}

function neverReachedTheStore(result: PromiseSettledResult<unknown>): boolean {
  return (
    result.status === 'rejected' &&
    (result.reason instanceof StoreFailure || result.reason instanceof QueueFull)
  );
}
