import type { Outcome, OutcomeStorage } from '@infra-services/idempotency-contract';
import { ProblemError } from '../../errors/problem.error.js';
import { sizeInBytes, toStored, withoutContent, type StoredOutcome } from '../domain/outcome.js';

/** An outcome ready to store, whole or without its content. Throws OUTCOME_TOO_LARGE for what would be stored. */
export function toStorableOutcome(
  outcome: Outcome,
  maxBytes: number,
  storage: OutcomeStorage = 'outcome',
): StoredOutcome {
  const stored = toStored(outcome);
  if (storage === 'none') return withoutContent(stored);
  const bytes = sizeInBytes(stored);
  if (bytes > maxBytes) {
    throw new ProblemError(
      'OUTCOME_TOO_LARGE',
      `The outcome has ${bytes} bytes as compact JSON; ${maxBytes} are allowed.`,
    );
  }
  return stored;
}
