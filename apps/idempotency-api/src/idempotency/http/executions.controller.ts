import { Controller, Inject } from '@nestjs/common';
import {
  limits,
  operations,
  type CheckpointRequest,
  type CheckpointResponse,
  type CompleteRequest,
  type CompletionBatchRequest,
  type ReleaseRequest,
  type ReleaseResponse,
  type RenewRequest,
  type RenewResponse,
} from '@infra-services/idempotency-contract';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { Calling } from '../../access/http/calling.decorator.js';
import { ProblemError } from '../../errors/problem.error.js';
import { JsonAnswer } from '../../infrastructure/http/answer.decorators.js';
import { Request } from '../../infrastructure/http/call-part.decorators.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { ValidBody, ValidParams } from '../../infrastructure/http/validation/valid.decorators.js';
import { checkpointText, toStoredCheckpoint } from '../domain/checkpoint.js';
import type { HeldRecord } from '../domain/execution.js';
import { observedState } from '../domain/record.js';
import { IdempotencyService } from '../idempotency.service.js';
import { batchText } from './batch-results.js';
import { DEFAULT_NAMESPACE } from './default-namespace.js';
import { DEFAULTS, type Defaults } from './defaults.js';
import { objectText, withStatus, type JsonText } from './json-text.js';
import { timeText } from './time-text.js';
import { toStorableOutcome } from './outcome.mapper.js';
import type { RecordPath } from './record-path.js';
import { toRecordText } from './record.mapper.js';
import { TermsOfCalls } from './terms-of-calls.js';

/** What the holder of a claim does with it. */
@Controller()
export class ExecutionsController {
  constructor(
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(DEFAULTS) private readonly defaults: Defaults,
    @Inject(TermsOfCalls) private readonly terms: TermsOfCalls,
  ) {}

  @Implements(operations.complete)
  @JsonAnswer()
  complete(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('CompleteRequest') body: CompleteRequest,
    @Calling() caller: Caller,
  ): Promise<JsonText> {
    this.terms.check(caller, { ...body, namespace: path.namespace });
    return this.store(held(caller, path, body), body);
  }

  @Implements(operations.completeBatch)
  @JsonAnswer()
  completeBatch(
    @ValidBody('CompletionBatchRequest') body: CompletionBatchRequest,
    @Calling() caller: Caller,
    @Request() request: FastifyRequest,
  ): Promise<JsonText> {
    this.terms.checkItems(caller, 'completions', body.completions);
    const answers = body.completions.map(async (item) => {
      const path = { namespace: item.namespace ?? DEFAULT_NAMESPACE, key: item.key };
      return withStatus(200, await this.store(held(caller, path, item), item));
    });
    return batchText(answers, { instance: request.url, requestId: request.id });
  }

  @Implements(operations.renew)
  async renew(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('RenewRequest') body: RenewRequest,
    @Calling() caller: Caller,
  ): Promise<RenewResponse> {
    this.terms.check(caller, { ...body, namespace: path.namespace });
    const leaseExpiresAt = await this.idempotency.renew({
      ...held(caller, path, body),
      leaseMs: body.leaseMs ?? null,
    });
    return { leaseExpiresAt: timeText(leaseExpiresAt) };
  }

  @Implements(operations.checkpoint)
  @JsonAnswer()
  async checkpoint(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('CheckpointRequest') body: CheckpointRequest,
    @Calling() caller: Caller,
  ): Promise<JsonText> {
    const checkpoint = toStoredCheckpoint(body.name, body.data ?? null);
    if (checkpoint.data.byteLength > limits.checkpointMaxBytes)
      throw new ProblemError('CHECKPOINT_TOO_LARGE');
    const leaseExpiresAt = await this.idempotency.checkpoint({ ...held(caller, path, body), checkpoint });
    const members: Omit<CheckpointResponse, 'checkpoint'> = { leaseExpiresAt: timeText(leaseExpiresAt) };
    return objectText(members, { checkpoint: checkpointText(checkpoint) });
  }

  @Implements(operations.release)
  async release(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('ReleaseRequest') body: ReleaseRequest,
    @Calling() caller: Caller,
  ): Promise<ReleaseResponse> {
    const record = await this.idempotency.release({
      ...held(caller, path, body),
      effect: body.effect,
      reason: body.reason ?? null,
    });
    return { state: observedState(record) as ReleaseResponse['state'] };
  }

  private async store(record: HeldRecord, request: CompleteRequest): Promise<JsonText> {
    const completed = await this.idempotency.complete({
      ...record,
      outcome: toStorableOutcome(request.outcome, this.defaults.maxOutcomeBytes, request.store),
      retentionMs: request.retentionMs ?? null,
    });
    return toRecordText(completed);
  }
}

/** The record as its holder names it. Throws FORBIDDEN. */
function held(caller: Caller, path: RecordPath, body: { claimToken: string }): HeldRecord {
  return {
    tenant: caller.tenantIn(path.namespace),
    namespace: path.namespace,
    key: path.key,
    claimToken: body.claimToken.toLowerCase(),
  };
}
