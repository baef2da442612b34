import { hash } from 'node:crypto';
import type { JsonValue } from '@infra-services/idempotency-contract';
import type { Task, Turn, TurnEnd } from '../background/task.js';
import type { RecordKey } from '../idempotency/domain/record.js';
import { UNREADABLE } from '../idempotency/domain/unreadable.js';
import type { RecordSeal, SealedColumn } from '../idempotency/persistence/record-seal.js';
import type { Database } from '../infrastructure/database/database.js';
import { retireKeys } from '../key-register/sql/retire-keys.js';
import { isClean, newPass, toJson, toRotationProgress, type RotationProgress } from './rotation-progress.js';
import { findStale, type StaleRecord } from './sql/find-stale.js';
import { resealRecords, type Resealed, type ResealedRecord } from './sql/reseal-records.js';
import { surveyRecords } from './sql/survey-records.js';

export interface RotationOptions {
  /** The key that seals, and how everything under it begins. */
  readonly activeKey: { readonly id: string; readonly head: Uint8Array };
  /** Milliseconds from the end of one pass to the next. */
  readonly intervalMs: number;
  /** Records that one step looks at, at the most. */
  readonly batchSize: number;
  onRotated(records: number): void;
  /** As the last step of any replica has it. */
  onProgress(progress: RotationProgress): void;
  onPassOver(progress: RotationProgress): void;
  /** Nothing is stored under these keys any more: they may leave the ring. */
  onRetired(keyIds: readonly string[]): void;
}

/**
 * Brings what is stored under the active key: what was sealed under another one, and what was never sealed. A pass walks the
 * whole table by primary key, in steps of bounded size, and keeps its position after each, so that whoever takes over goes
 * on from there. Passes come again: replicas that do not have the new key active yet go on sealing under the old one.
 */
export class KeyRotation implements Task {
  readonly name = 'rotate-keys';
  readonly intervalMs: number;
  private hasBegun = false;

  constructor(
    private readonly db: Database,
    private readonly seal: RecordSeal,
    private readonly options: RotationOptions,
  ) {
    this.intervalMs = options.intervalMs;
  }

  /**
   * The key has changed since the last pass: no need to wait for the next. Once a process only: during a rolling change two
   * kinds of replicas would otherwise rotate to and fro.
   */
  isWanted(progress: JsonValue): boolean {
    return !this.hasBegun && toRotationProgress(progress)?.keyId !== this.options.activeKey.id;
  }

  onSeen(progress: JsonValue): void {
    const seen = toRotationProgress(progress);
    if (seen) this.options.onProgress(seen);
  }

  async run(turn: Turn): Promise<TurnEnd> {
    this.hasBegun = true;
    const { id } = this.options.activeKey;
    const kept = toRotationProgress(turn.progress);
    let pass = kept?.keyId === id && !kept.isOver ? kept : await this.begin(id);
    do {
      pass = await this.step(pass);
      if (!(await turn.goOn(toJson(pass)))) return 'stopped';
    } while (!pass.isOver);
    this.options.onPassOver(pass);
    if (isClean(pass)) {
      const retired = await retireKeys(this.db, id, pass.beganAt);
      if (retired.length > 0) this.options.onRetired(retired);
    }
    return pass.left > 0 ? 'again' : 'done';
  }

  private async begin(keyId: string): Promise<RotationProgress> {
    const { records, at } = await surveyRecords(this.db);
    return newPass(keyId, records, at);
  }

  /** One stretch of the table. Safe to repeat: what is under the active key is left alone. */
  private async step(pass: RotationProgress): Promise<RotationProgress> {
    const { activeKey, batchSize } = this.options;
    const stretch = await findStale(this.db, pass.after, activeKey.head, batchSize);
    if (!stretch.last) return { ...pass, isOver: true };
    const resealed = stretch.stale.map((record) => this.reseal(record));
    const readable = resealed.filter((record) => record !== UNREADABLE);
    const rotated = readable.length > 0 ? await resealRecords(this.db, readable) : 0;
    this.options.onRotated(rotated);
    return {
      ...pass,
      after: stretch.last,
      examined: pass.examined + stretch.examined,
      rotated: pass.rotated + rotated,
      left: pass.left + readable.length - rotated,
      unreadable: pass.unreadable + resealed.length - readable.length,
    };
  }

  private reseal(stale: StaleRecord): ResealedRecord | typeof UNREADABLE {
    const outcome = stale.outcome && this.resealColumn(stale, 'outcome', stale.outcome);
    const checkpoint = stale.checkpoint && this.resealColumn(stale, 'checkpoint_data', stale.checkpoint);
    if (outcome === UNREADABLE || checkpoint === UNREADABLE) return UNREADABLE;
    return { ...stale, outcome, checkpoint };
  }

  private resealColumn(
    record: RecordKey,
    column: SealedColumn,
    bytes: Uint8Array,
  ): Resealed | typeof UNREADABLE {
    const plain = this.seal.open(record, column, bytes);
    if (plain === UNREADABLE) return UNREADABLE;
    return { was: hash('sha256', bytes, 'buffer'), bytes: this.seal.seal(record, column, plain) };
  }
}
