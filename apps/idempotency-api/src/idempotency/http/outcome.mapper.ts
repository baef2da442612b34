import type { Outcome } from '@infra-services/idempotency-contract';
import { ProblemError } from '../../errors/problem.error.js';
import { toStored, sizeInBytes, type StoredOutcome } from '../domain/outcome.js';

/** An outcome ready to store. Throws OUTCOME_TOO_LARGE. */
export function toStorableOutcome(outcome: Outcome, maxBytes: number): StoredOutcome {
  const stored = toStored(outcome);
  const bytes = sizeInBytes(stored);
  if (bytes > maxBytes) {
    throw new ProblemError(
      'OUTCOME_TOO_LARGE',
      `The outcome has ${bytes} bytes as compact JSON; ${maxBytes} are allowed.`,
    );
  }
  return stored;
}
