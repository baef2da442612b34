import type { JsonValue } from '@infra-services/idempotency-contract';
import type { RecordKey } from '../idempotency/domain/record.js';

/** How far a pass over all records is, as Postgres keeps it for whoever goes on. */
export interface RotationProgress {
  /** The pass brings everything under this key. */
  readonly keyId: string;
  /** Everything up to this record was looked at; null: nothing yet. */
  readonly after: RecordKey | null;
  readonly isOver: boolean;
  /** About how many records there were when it began. */
  readonly estimated: number;
  readonly examined: number;
  readonly rotated: number;
  /** Changed or locked in that moment: for the next pass. */
  readonly left: number;
  /** Could not be opened, and stay as they are. */
  readonly unreadable: number;
}

export function newPass(keyId: string, estimated: number): RotationProgress {
  return { keyId, after: null, isOver: false, estimated, examined: 0, rotated: 0, left: 0, unreadable: 0 };
}

/** About how many records the pass has yet to look at. */
export function remainingOf(pass: RotationProgress): number {
  return pass.isOver ? 0 : Math.max(0, pass.estimated - pass.examined);
}

/** Undefined before the very first pass. */
export function toRotationProgress(progress: JsonValue): RotationProgress | undefined {
  return progress === null ? undefined : (progress as unknown as RotationProgress);
}

export function toJson(progress: RotationProgress): JsonValue {
  return progress as unknown as JsonValue;
}
