import { setTimeout as sleep } from 'node:timers/promises';
import { Batcher, type BatcherOptions, type BatchReport } from '../../infrastructure/batching/batcher.js';
import type { Database } from '../../infrastructure/database/database.js';
import type { Tracing } from '../../infrastructure/tracing/tracing.js';
import { StoreFailure } from '../../errors/store-failure.js';
import type { Claim, ClaimDecision } from '../domain/claim.js';
import {
  explainNotHeld,
  explainRelease,
  type CheckpointVerdict,
  type CheckpointWrite,
  type Completion,
  type CompletionVerdict,
  type Release,
  type ReleaseVerdict,
  type Renewal,
  type RenewalVerdict,
} from '../domain/execution.js';
import type { ListQuery, RecordPageSlice } from '../domain/listing.js';
import { identityOf, type RecordKey, type StoredRecord } from '../domain/record.js';
import {
  explainDeletion,
  explainResolution,
  type Deletion,
  type DeletionVerdict,
  type Resolution,
  type ResolutionVerdict,
} from '../domain/resolution.js';
import { listPage } from './list-page.js';
import { toRecord } from './record-row.js';
import type { RecordSeal } from './record-seal.js';
import { claimSettlement, completionSettlement, readByIdentity, renewalSettlement } from './settlements.js';
import { settleBatch, type Settlement } from './settle-batch.js';
import { announceDeletion } from './sql/announce-deletion.js';
import { eraseAnnounced } from './sql/erase-announced.js';
import { eraseRecord } from './sql/erase-record.js';
import { findEnded } from './sql/find-ended.js';
import { readCacheTerms, type CacheTermsRow } from './sql/read-cache-terms.js';
import { releaseClaim } from './sql/release-claim.js';
import { resolveRecord } from './sql/resolve-record.js';
import { writeCheckpoint } from './sql/write-checkpoint.js';

/** How the store batches. */
export interface BatchingOptions {
  readonly lanes: number;
  /** Statements of one lane in flight at once, at the most. */
  readonly maxAtOnce: number;
  readonly maxBatchSize: number;
  /** Calls of one operation that may wait. */
  readonly maxQueued: number;
  onBatch?(report: BatchReport): void;
  onShed?(operation: string): void;
  readonly tracing?: Tracing | undefined;
}

/**
 * Looks at a record that other callers keep changing between our write and our look. Each try is lost only to a
 * change by somebody else, so eight in a row say that the record is contended, not that we are unlucky.
 */
const MAX_LOOKS = 8;

/**
 * A completion takes PostgreSQL half as long again as a claim, and Node.js no longer: it is PostgreSQL that must not wait
 * (docs/performance.md).
 */
const MANY_COMPLETIONS = 20;

/** Two machines' clocks may differ in pace, and a timer may fire a millisecond early: far less than this factor gives. */
const LEASE_SLACK = 1.1;

/**
 * The records, with PostgreSQL as the only truth. The unit of work is a batch; a single call is a batch of one.
 * Every method throws `StoreFailure` if the database gave no answer, and `QueueFull` if too many calls wait.
 */
export class IdempotencyStore {
  private readonly claims: Batcher<Claim, ClaimDecision>;
  private readonly completions: Batcher<Completion, CompletionVerdict>;
  private readonly renewals: Batcher<Renewal, RenewalVerdict>;
  private readonly reads: Batcher<RecordKey, StoredRecord | undefined>;

  constructor(
    private readonly db: Database,
    private readonly seal: RecordSeal,
    batching: BatchingOptions,
    /** Milliseconds for which a replica may rely on what it has read; the same on all of them. */
    private readonly replayLeaseMs: number,
  ) {
    const settled = <Item extends RecordKey, Verdict>(
      operation: string,
      settlement: Settlement<Item, Verdict>,
      options: Pick<BatcherOptions<Item, Verdict>, 'sendFirstFrom'> = {},
    ) =>
      new Batcher<Item, Verdict>({
        ...batching,
        ...options,
        operation,
        recordOf: identityOf,
        affinity: ({ key }) => key,
        run: (items) => settleBatch(items, settlement),
      });
    this.claims = settled('claim', claimSettlement(db, seal));
    this.completions = settled('complete', completionSettlement(db, seal), {
      sendFirstFrom: MANY_COMPLETIONS,
    });
    this.renewals = settled('renew', renewalSettlement(db, seal));
    this.reads = new Batcher({
      ...batching,
      operation: 'read',
      recordOf: identityOf,
      affinity: ({ key }) => key,
      run: async (keys) => {
        const identities = keys.map(identityOf);
        const records = await readByIdentity(db, seal, identities);
        return identities.map((identity) => records.get(identity));
      },
    });
  }

  /** Decides a claim. Claims of one record are decided in the order of these calls. */
  claim(claim: Claim): Promise<ClaimDecision> {
    return this.claims.submit(claim);
  }

  complete(completion: Completion): Promise<CompletionVerdict> {
    return this.completions.submit(completion);
  }

  renew(renewal: Renewal): Promise<RenewalVerdict> {
    return this.renewals.submit(renewal);
  }

  checkpoint(write: CheckpointWrite): Promise<CheckpointVerdict> {
    return this.settleOne<CheckpointWrite, CheckpointVerdict>(write, explainNotHeld, async () => {
      const leaseExpiresAt = await writeCheckpoint(this.db, this.seal, write);
      return leaseExpiresAt && { kind: 'kept', leaseExpiresAt };
    });
  }

  release(release: Release): Promise<ReleaseVerdict> {
    return this.settleOne(release, explainRelease, async () => {
      const row = await releaseClaim(this.db, release);
      return row && { kind: 'let_go', record: toRecord(row, this.seal) };
    });
  }

  resolve(resolution: Resolution): Promise<ResolutionVerdict> {
    return this.settleOne(resolution, explainResolution, async () => {
      const row = await resolveRecord(this.db, this.seal, resolution);
      return row && { kind: 'resolved', record: toRecord(row, this.seal) };
    });
  }

  /**
   * Forgets a record. A completed one takes `replayLeaseMs`: as long as a replica may still answer it from memory.
   */
  delete(deletion: Deletion): Promise<DeletionVerdict> {
    return this.settleOne(deletion, explainDeletion, async () => {
      const announced = await announceDeletion(this.db, deletion);
      if (announced === undefined) return (await eraseRecord(this.db, deletion)) ? 'deleted' : undefined;
      await sleep(this.replayLeaseMs * LEASE_SLACK);
      return (await eraseAnnounced(this.db, deletion, announced)) ? 'deleted' : undefined;
    });
  }

  /** Calls that wait for a statement, by operation. */
  queueDepths(): Readonly<Record<string, number>> {
    return {
      claim: this.claims.depth,
      complete: this.completions.depth,
      renew: this.renewals.depth,
      read: this.reads.depth,
    };
  }

  /** What cached replays depend on. */
  readCacheTerms(): Promise<CacheTermsRow> {
    return readCacheTerms(this.db);
  }

  /** The record as committed, its retention possibly over; undefined if there is none. */
  read(key: RecordKey): Promise<StoredRecord | undefined> {
    return this.reads.submit(key);
  }

  /** A page of records, in order of namespace and key. */
  list(query: ListQuery): Promise<RecordPageSlice> {
    return listPage(this.db, query);
  }

  /** Of the given records, those that nobody executes any more. */
  findEnded(keys: readonly RecordKey[]): Promise<RecordKey[]> {
    return findEnded(this.db, keys);
  }

  /** One write, and a look at the record if it took no effect; again if the record has changed in between. */
  private async settleOne<Item extends RecordKey, Verdict>(
    item: Item,
    explain: (record: StoredRecord | undefined, item: Item) => Verdict | 'again',
    write: () => Promise<Verdict | undefined>,
  ): Promise<Verdict> {
    for (let look = 0; look < MAX_LOOKS; look++) {
      const written = await write();
      if (written !== undefined) return written;
      const verdict = explain(await this.read(item), item);
      if (verdict !== 'again') return verdict;
    }
    throw new StoreFailure('contention', null, undefined);
  }
}
