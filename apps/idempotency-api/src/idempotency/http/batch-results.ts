import { QueueFull } from '../../errors/queue-full.js';
import { StoreFailure } from '../../errors/store-failure.js';
import { toProblem, type Call } from '../../infrastructure/http/problem-response.js';
import { resultsText, type JsonText } from './json-text.js';

/**
 * A batch's answer: the results in order, with the problems of those that failed alone. A batch none of whose items
 * reached the store fails as a whole, so that a caller sees one 503 and not 500 of them in a 200.
 */
export async function batchText(answers: readonly Promise<JsonText>[], call: Call): Promise<JsonText> {
  const settled = await Promise.allSettled(answers);
  const [first] = settled;
  if (first?.status === 'rejected' && settled.every(neverReachedTheStore)) throw first.reason;
  return resultsText(
    settled.map((result) =>
      result.status === 'fulfilled' ? result.value : JSON.stringify(toProblem(result.reason, call)),
    ),
  );
}

function neverReachedTheStore(result: PromiseSettledResult<unknown>): boolean {
  return (
    result.status === 'rejected' &&
    (result.reason instanceof StoreFailure || result.reason instanceof QueueFull)
  );
}
