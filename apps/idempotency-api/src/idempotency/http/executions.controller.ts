import { Controller, Inject, Req } from '@nestjs/common';
import {
  limits,
  operations,
  type CheckpointRequest,
  type CheckpointResponse,
  type CompleteRequest,
  type CompletionBatchRequest,
  type CompletionBatchResponse,
  type IdempotencyRecord,
  type ReleaseRequest,
  type ReleaseResponse,
  type RenewRequest,
  type RenewResponse,
} from '@infra-services/idempotency-contract';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../../errors/problem.error.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { Tenant } from '../../infrastructure/http/tenant.decorator.js';
import { ValidBody, ValidParams } from '../../infrastructure/http/validation/valid.decorators.js';
import { fromStoredCheckpoint, toStoredCheckpoint } from '../domain/checkpoint.js';
import type { HeldRecord } from '../domain/execution.js';
import { observedState } from '../domain/record.js';
import { IdempotencyService } from '../idempotency.service.js';
import { batchResults } from './batch-results.js';
import { DEFAULT_NAMESPACE } from './claim.mapper.js';
import { DEFAULTS, type Defaults } from './defaults.js';
import { toStorableOutcome } from './outcome.mapper.js';
import type { RecordPath } from './record-path.js';
import { toWireRecord } from './record.mapper.js';

/** What the holder of a claim does with it. */
@Controller()
export class ExecutionsController {
  constructor(
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(DEFAULTS) private readonly defaults: Defaults,
  ) {}

  @Implements(operations.complete)
  complete(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('CompleteRequest') body: CompleteRequest,
    @Tenant() tenant: string,
  ): Promise<IdempotencyRecord> {
    return this.store(held(tenant, path, body), body);
  }

  @Implements(operations.completeBatch)
  async completeBatch(
    @ValidBody('CompletionBatchRequest') body: CompletionBatchRequest,
    @Tenant() tenant: string,
    @Req() request: FastifyRequest,
  ): Promise<CompletionBatchResponse> {
    const answers = body.completions.map(async (item) => {
      const path = { namespace: item.namespace ?? DEFAULT_NAMESPACE, key: item.key };
      const record = await this.store(held(tenant, path, item), item);
      return { status: 200 as const, ...record };
    });
    return { results: await batchResults(answers, { instance: request.url, requestId: request.id }) };
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
  async checkpoint(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('CheckpointRequest') body: CheckpointRequest,
    @Tenant() tenant: string,
  ): Promise<CheckpointResponse> {
    const checkpoint = toStoredCheckpoint(body.name, body.data ?? null);
    if (checkpoint.data.byteLength > limits.checkpointMaxBytes) throw new ProblemError('CHECKPOINT_TOO_LARGE');
    const leaseExpiresAt = await this.idempotency.checkpoint({ ...held(tenant, path, body), checkpoint });
    return { checkpoint: fromStoredCheckpoint(checkpoint), leaseExpiresAt: leaseExpiresAt.toISOString() };
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

  private async store(record: HeldRecord, request: CompleteRequest): Promise<IdempotencyRecord> {
    const completed = await this.idempotency.complete({
      ...record,
      outcome: toStorableOutcome(request.outcome, this.defaults.maxOutcomeBytes),
      retentionMs: request.retentionMs ?? null,
    });
    return toWireRecord(completed);
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
