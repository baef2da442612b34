import type { Outcome } from '@infra-services/idempotency-contract';
import { NothingHappened, StoredFailure } from '../errors/handler-errors.js';
import { OutcomeNotRecordedError } from '../errors/outcome-not-recorded-error.js';
import type { CompletedRecord } from '../transport/shapes.js';
import type { ClaimHolder } from './claim-holder.js';
import type { Ended } from './ended.js';
import type { ErrorMeaning, ExecuteOptions, ExecutionContext } from './options.js';
import type { OutcomeSerializer } from './serializer.js';
import { asFailure } from './stored-failure.js';

/**
 * Runs the operation of a granted claim and tells the service what came of it. From here on the claim is released only
 * where the operation said so: what happened, or may have happened, stays recorded as open until its outcome is.
 */
export async function runGranted<T>(
  holder: ClaimHolder,
  run: (context: ExecutionContext) => Promise<T> | T,
  serializer: OutcomeSerializer<T>,
  onError: ExecuteOptions<T>['onError'],
): Promise<Ended<T>> {
  const context = holder.begin();
  try {
    let value: T;
    try {
      value = await run(context);
    } catch (error) {
      return await afterError(holder, error, meaningOf(error, onError));
    }
    return await afterValue(holder, value, serializer);
  } finally {
    holder.end();
  }
}

async function afterValue<T>(
  holder: ClaimHolder,
  value: T,
  serializer: OutcomeSerializer<T>,
): Promise<Ended<T>> {
  const { attempt, fencingToken } = holder.grant;
  let outcome: Outcome | undefined;
  let record: CompletedRecord;
  try {
    outcome = await serializer.toOutcome(value);
    record = await holder.complete(outcome);
  } catch (cause) {
    const error = new OutcomeNotRecordedError({ ...holder.grant, outcome, value }, cause);
    return { result: 'not-recorded', attempt, error };
  }
  try {
    const stored = await serializer.fromOutcome(record.outcome);
    const completedAt = new Date(record.completedAt);
    const expiresAt = new Date(record.expiresAt);
    const execution = { value: stored, replayed: false, attempt, completedAt, expiresAt, fencingToken };
    return { result: 'executed', attempt, execution };
  } catch (error) {
    return { result: 'executed', attempt, error };
  }
}

async function afterError<T>(holder: ClaimHolder, error: unknown, meaning: ErrorMeaning): Promise<Ended<T>> {
  const { attempt } = holder.grant;
  if (typeof meaning === 'object') {
    const outcome = asFailure(meaning.store);
    try {
      await holder.complete(outcome);
      return { result: 'failure-stored', attempt, error };
    } catch (cause) {
      const unrecorded = { ...holder.grant, outcome, operationError: error };
      return { result: 'not-recorded', attempt, error: new OutcomeNotRecordedError(unrecorded, cause) };
    }
  }
  // If this fails too the lease runs out, which says the same, only later; `onCall` has reported why. The caller needs
  // to see what the operation threw.
  await holder.release(meaning === 'nothing-happened' ? 'none' : 'unknown').catch(() => undefined);
  return { result: meaning, attempt, error };
}

/** What is thrown by name speaks for itself; all else is the caller's to say. Who cannot say does not know. */
function meaningOf(error: unknown, onError: ((error: unknown) => ErrorMeaning) | undefined): ErrorMeaning {
  if (error instanceof NothingHappened) return 'nothing-happened';
  if (error instanceof StoredFailure) return { store: error.outcome };
  try {
    return onError?.(error) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
