import { Controller, Inject, Req } from '@nestjs/common';
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
import { ProblemError } from '../../errors/problem.error.js';
import { JsonAnswer } from '../../infrastructure/http/json-answer.decorator.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { Tenant } from '../../infrastructure/http/tenant.decorator.js';
import { ValidBody, ValidParams } from '../../infrastructure/http/validation/valid.decorators.js';
import { checkpointText, toStoredCheckpoint } from '../domain/checkpoint.js';
import type { HeldRecord } from '../domain/execution.js';
import { observedState } from '../domain/record.js';
import { IdempotencyService } from '../idempotency.service.js';
import { batchText } from './batch-results.js';
import { DEFAULT_NAMESPACE } from './claim.mapper.js';
import { DEFAULTS, type Defaults } from './defaults.js';
import { objectText, withStatus, type JsonText } from './json-text.js';
import { toStorableOutcome } from './outcome.mapper.js';
import type { RecordPath } from './record-path.js';
import { toRecordText } from './record.mapper.js';

/** What the holder of a claim does with it. */
@Controller()
export class ExecutionsController {
  constructor(
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(DEFAULTS) private readonly defaults: Defaults,
  ) {}

  @Implements(operations.complete)
  @JsonAnswer()
  complete(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('CompleteRequest') body: CompleteRequest,
    @Tenant() tenant: string,
  ): Promise<JsonText> {
    return this.store(held(tenant, path, body), body);
  }

  @Implements(operations.completeBatch)
  @JsonAnswer()
  completeBatch(
    @ValidBody('CompletionBatchRequest') body: CompletionBatchRequest,
    @Tenant() tenant: string,
    @Req() request: FastifyRequest,
  ): Promise<JsonText> {
    const answers = body.completions.map(async (item) => {
      const path = { namespace: item.namespace ?? DEFAULT_NAMESPACE, key: item.key };
      return withStatus(200, await this.store(held(tenant, path, item), item));
    });
    return batchText(answers, { instance: request.url, requestId: request.id });
  }

  @Implements(operations.renew)
  async renew(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('RenewRequest') body: RenewRequest,
    @Tenant() tenant: string,
  ): Promise<RenewResponse> {
    const leaseExpiresAt = await this.idempotency.renew({
      ...held(tenant, path, body),
      leaseMs: body.leaseMs ?? null,
    });
    return { leaseExpiresAt: leaseExpiresAt.toISOString() };
  }

  @Implements(operations.checkpoint)
  @JsonAnswer()
  async checkpoint(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('CheckpointRequest') body: CheckpointRequest,
    @Tenant() tenant: string,
  ): Promise<JsonText> {
    const checkpoint = toStoredCheckpoint(body.name, body.data ?? null);
    if (checkpoint.data.byteLength > limits.checkpointMaxBytes)
      throw new ProblemError('CHECKPOINT_TOO_LARGE');
    const leaseExpiresAt = await this.idempotency.checkpoint({ ...held(tenant, path, body), checkpoint });
    const members: Omit<CheckpointResponse, 'checkpoint'> = { leaseExpiresAt: leaseExpiresAt.toISOString() };
    return objectText(members, { checkpoint: checkpointText(checkpoint) });
  }

  @Implements(operations.release)
  async release(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('ReleaseRequest') body: ReleaseRequest,
    @Tenant() tenant: string,
  ): Promise<ReleaseResponse> {
    const record = await this.idempotency.release({
      ...held(tenant, path, body),
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

function held(tenant: string, path: RecordPath, body: { claimToken: string }): HeldRecord {
  return {
    tenant,
    namespace: path.namespace,
    key: path.key,
    claimToken: body.claimToken.toLowerCase(),
  };
}
