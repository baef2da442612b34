import { LRUCache } from 'lru-cache';
import type { Replay } from '../domain/claim.js';
import { identityOf, type RecordKey } from '../domain/record.js';
import type { CacheLease, Terms } from './cache-lease.js';

/** A replay, and the generation of its slot that it was read under. */
export interface CachedReplay {
  readonly replay: Replay;
  readonly generation: number;
}

/** A cache that replicas share. Whatever goes wrong in it counts as a miss; it never throws and never waits long. */
export interface SharedReplays {
  find(key: RecordKey): Promise<CachedReplay | undefined>;
  keep(entry: CachedReplay): void;
}

export interface ReplayCacheOptions {
  readonly maxBytes: number;
  readonly lease: CacheLease;
  readonly shared: SharedReplays | undefined;
  onLookUp(layer: 'process' | 'shared', hit: boolean): void;
}

/** What an entry costs beside its outcome and its names: objects, dates, the map's own. Measured, rounded up. */
const ENTRY_OVERHEAD_BYTES = 1_000;

/**
 * Completed outcomes near at hand: in this process, then in a cache that replicas share. It only ever answers what
 * Postgres would answer, or nothing; see `CacheLease` for how it forgets.
 */
export class ReplayCache {
  private readonly entries: LRUCache<string, CachedReplay> | undefined;

  constructor(private readonly options: ReplayCacheOptions) {
    this.entries =
      options.maxBytes > 0
        ? new LRUCache({ maxSize: options.maxBytes, sizeCalculation: sizeInBytes })
        : undefined;
  }

  /** The terms of now: to be taken before the store is asked for what is to be kept. */
  terms(): Terms | undefined {
    return this.options.lease.current();
  }

  /** The record's replay, if this process has it. */
  find(key: RecordKey): Replay | undefined {
    const terms = this.terms();
    if (!terms || !this.entries) return undefined;
    const entry = this.entries.get(identityOf(key));
    const holds = entry !== undefined && stands(entry, terms);
    this.options.onLookUp('process', holds);
    return holds ? entry.replay : undefined;
  }

  /** The record's replay, if the shared cache has it; undefined at once where there is none. */
  findShared(key: RecordKey): Promise<Replay | undefined> | undefined {
    return this.options.shared && this.terms() ? this.askShared(this.options.shared, key) : undefined;
  }

  /** Keeps what the store has just answered, under the terms from before it was asked. */
  keep(replay: Replay, terms: Terms | undefined): void {
    if (!terms || replay.isBeingDeleted) return;
    const entry = { replay, generation: terms.generationOf(replay) };
    // A thousand callers who waited for one outcome are all answered by the store.
    if (isSame(this.entries?.peek(identityOf(replay)), entry)) return;
    this.keepHere(replay, entry);
    this.options.shared?.keep(entry);
  }

  private async askShared(shared: SharedReplays, key: RecordKey): Promise<Replay | undefined> {
    const entry = await shared.find(key);
    const terms = this.terms();
    const holds = entry !== undefined && terms !== undefined && stands(entry, terms);
    this.options.onLookUp('shared', holds);
    if (!holds) return undefined;
    this.keepHere(key, entry);
    return entry.replay;
  }

  private keepHere(key: RecordKey, entry: CachedReplay): void {
    this.entries?.set(identityOf(key), entry);
  }
}

function stands(entry: CachedReplay, terms: Terms): boolean {
  return (
    entry.generation === terms.generationOf(entry.replay) && !terms.mayHavePassed(entry.replay.expiresAt)
  );
}

/** Whether it is the same outcome, read under the same terms: one record is not completed twice in one millisecond. */
function isSame(known: CachedReplay | undefined, entry: CachedReplay): boolean {
  return (
    known?.generation === entry.generation &&
    known.replay.completedAt.getTime() === entry.replay.completedAt.getTime()
  );
}

function sizeInBytes({ replay: { outcome, key } }: CachedReplay): number {
  // The platform keeps a text in one byte a character where all are in Latin-1, and in two where one is not. ASCII is told
  // at once; what lies between is counted too high.
  const { length } = outcome.rest;
  const textBytes = Buffer.byteLength(outcome.rest) === length ? length : 2 * length;
  return textBytes + 2 * key.length + ENTRY_OVERHEAD_BYTES;
}
