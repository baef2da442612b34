import type { JsonValue } from '@infra-services/idempotency-contract';
import type { RecordKey } from '../idempotency/domain/record.js';

/** How far a pass over all records is, as Postgres keeps it for whoever goes on. */
export interface RotationProgress {
  /** The pass brings everything under this key. */
  readonly keyId: string;
  /** Everything up to this record was looked at; null: nothing yet. */
  readonly after: RecordKey | null;
  readonly isOver: boolean;
  /** Postgres' time when it began, as Postgres writes it. */
  readonly beganAt: string;
  /** About how many records there were when it began. */
  readonly estimated: number;
  readonly examined: number;
  readonly rotated: number;
  /** Changed or locked in that moment: for the next pass. */
  readonly left: number;
  /** Could not be opened, and stay as they are. */
  readonly unreadable: number;
}

/** A pass at its beginning; `estimated` records lie before it. */
export function newPass(keyId: string, estimated: number, beganAt: string): RotationProgress {
  const counts = { estimated, examined: 0, rotated: 0, left: 0, unreadable: 0 };
  return { keyId, after: null, isOver: false, beganAt, ...counts };
}

/** Whether all that the pass looked at is under its key now. */
export function isClean(pass: RotationProgress): boolean {
  return pass.isOver && pass.left === 0 && pass.unreadable === 0;
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
