import type { RecordState } from '@infra-services/idempotency-contract';

/** Every state that a record is seen in, in the order of its life. */
export const recordStates = [
  'in_progress',
  'outcome_unknown',
  'completed',
  'released',
] as const satisfies RecordState[];
