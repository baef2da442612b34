import type {
  CheckpointRequest,
  CheckpointResponse,
  ClaimBatchResult,
  ClaimRequest,
  CompleteRequest,
  CompletionBatchResult,
  CompletionItem,
  DeduplicationRequest,
  DeduplicationResult,
  IdempotencyRecord,
  ListRecordsQuery,
  RecordPage,
  RecordSummary,
  ReleaseRequest,
  ReleaseResponse,
  RenewRequest,
  RenewResponse,
  ResolveRequest,
} from '@infra-services/idempotency-contract';
import { claim, claimBatch, type ClaimDecision } from './client/claim-calls.js';
import { deduplicate } from './client/deduplication-calls.js';
import { checkpoint, complete, completeBatch, release, renew, resolve } from './client/execution-calls.js';
import { ready } from './client/health-calls.js';
import { deleteRecord, getRecord, listRecords, walkRecords } from './client/record-calls.js';
import { execute } from './execution/execute.js';
import type { ExecuteOptions, Execution, ExecutionContext } from './execution/options.js';
import type { CallOptions, ClientOptions } from './options.js';
import type { RecordName } from './record-name.js';
import { Transport } from './transport/transport.js';

/**
 * The Idempotency API from code. `execute` runs an operation at most once; below it is one method for each call of the
 * contract. Every call is repeated on its own where the service is away for a while (`RetryPolicy`), since every call
 * may be said twice. Calls reject with a `ProblemError`, a `ServiceUnreachableError`, or the reason of their signal.
 */
export class IdempotencyClient {
  private readonly transport: Transport;

  /** @throws TypeError where `baseUrl` is not a URL. */
  constructor(private readonly options: ClientOptions) {
    this.transport = new Transport(options);
  }

  /**
   * Runs an operation at most once for its key: every duplicate, at the same time or later, is given the stored outcome.
   *
   * @throws ClaimInProgressError, OutcomeUnknownError, FingerprintMismatchError, ClaimLostError where the claim is
   *   refused; StoredFailure where the outcome is a failure; OutcomeNotRecordedError where the operation ran and its
   *   outcome is not known to be stored; ServiceUnreachableError, ProblemError where nothing was granted; what the
   *   operation threw, after its meaning was recorded; the reason of `signal`.
   */
  execute<T>(
    operation: ExecuteOptions<T>,
    run: (context: ExecutionContext) => Promise<T> | T,
  ): Promise<Execution<T>> {
    return execute(this.transport, this.options, operation, run);
  }

  /** May I execute? Names a claim token where the request has none, so that repetitions are the same claim. */
  claim(request: ClaimRequest, options?: CallOptions): Promise<ClaimDecision> {
    return claim(this.transport, this.withOwner(request), options);
  }

  /**
   * Claims many keys; above 500 in several calls, one after the other. If a later one fails the earlier grants hold:
   * give each claim a token of your own, and the whole can be asked again.
   */
  claimBatch(claims: ClaimRequest[], options?: CallOptions): Promise<ClaimBatchResult[]> {
    return claimBatch(
      this.transport,
      claims.map((request) => this.withOwner(request)),
      options,
    );
  }

  /** Stores the outcome. */
  complete(record: RecordName, request: CompleteRequest, options?: CallOptions): Promise<IdempotencyRecord> {
    return complete(this.transport, record, request, options);
  }

  /** Stores many outcomes; above 500 in several calls, one after the other. */
  completeBatch(completions: CompletionItem[], options?: CallOptions): Promise<CompletionBatchResult[]> {
    return completeBatch(this.transport, completions, options);
  }

  /** Extends the lease. */
  renew(record: RecordName, request: RenewRequest, options?: CallOptions): Promise<RenewResponse> {
    return renew(this.transport, record, request, options);
  }

  /** Keeps a recovery point with the claim. */
  checkpoint(
    record: RecordName,
    request: CheckpointRequest,
    options?: CallOptions,
  ): Promise<CheckpointResponse> {
    return checkpoint(this.transport, record, request, options);
  }

  /** Lets go of a claim without an outcome. */
  release(record: RecordName, request: ReleaseRequest, options?: CallOptions): Promise<ReleaseResponse> {
    return release(this.transport, record, request, options);
  }

  /** Settles an unknown outcome: the operator's call. */
  resolve(record: RecordName, request: ResolveRequest, options?: CallOptions): Promise<IdempotencyRecord> {
    return resolve(this.transport, record, request, options);
  }

  /** The record, or null where there is none. With `waitMs` it is answered when the execution in flight ends. */
  get(
    record: RecordName,
    options?: CallOptions & { waitMs?: number | undefined },
  ): Promise<IdempotencyRecord | null> {
    return getRecord(this.transport, record, options);
  }

  /** One page of records. */
  list(query: ListRecordsQuery = {}, options?: CallOptions): Promise<RecordPage> {
    return listRecords(this.transport, query, options);
  }

  /** All records of a query; pages are asked for as the reader comes to them. */
  records(query: Omit<ListRecordsQuery, 'cursor'> = {}, options?: CallOptions): AsyncIterable<RecordSummary> {
    return walkRecords(this.transport, query, options);
  }

  /** Forgets a record, so that its key can be executed again; an open one only with `force`. */
  delete(record: RecordName, options?: CallOptions & { force?: boolean | undefined }): Promise<void> {
    return deleteRecord(this.transport, record, options);
  }

  /**
   * Seen before? Above 1,000 ids in several calls. If an answer is lost after the ids were remembered, the repetition
   * says `first: false` of all: where a lost message is worse than a repeated one, use `execute`.
   */
  deduplicate(request: DeduplicationRequest, options?: CallOptions): Promise<DeduplicationResult[]> {
    return deduplicate(this.transport, request, options);
  }

  /** Those of the ids that are seen for the first time; of lost answers see `deduplicate`. */
  async firstSeen(
    ids: readonly string[],
    options: CallOptions & { namespace?: string | undefined; retentionMs?: number | undefined } = {},
  ): Promise<Set<string>> {
    const { namespace, retentionMs, ...call } = options;
    const request = {
      ids: [...ids],
      ...(namespace === undefined ? {} : { namespace }),
      ...(retentionMs === undefined ? {} : { retentionMs }),
    };
    const results = await this.deduplicate(request, call);
    return new Set(results.filter(({ first }) => first).map(({ id }) => id));
  }

  /** Whether the service can answer claims now; false also where it cannot be reached. */
  ready(options?: CallOptions): Promise<boolean> {
    return ready(this.transport, options);
  }

  private withOwner(request: ClaimRequest): ClaimRequest {
    const { owner } = this.options;
    return owner === undefined ? request : { owner, ...request };
  }
}
