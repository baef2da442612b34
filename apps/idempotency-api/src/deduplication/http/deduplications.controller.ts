import { Controller, Inject } from '@nestjs/common';
import {
  operations,
  type DeduplicationRequest,
  type DeduplicationResponse,
} from '@infra-services/idempotency-contract';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { Tenant } from '../../infrastructure/http/tenant.decorator.js';
import { ValidBody } from '../../infrastructure/http/validation/valid.decorators.js';
import { DeduplicationService } from '../deduplication.service.js';

/** Nest's token for the retention, in milliseconds, of ids that name none. */
export const DEDUPLICATION_RETENTION_MS = Symbol('DeduplicationRetentionMs');

@Controller()
export class DeduplicationsController {
  constructor(
    @Inject(DeduplicationService) private readonly deduplication: DeduplicationService,
    @Inject(DEDUPLICATION_RETENTION_MS) private readonly defaultRetentionMs: number,
  ) {}

  @Implements(operations.deduplicate)
  async deduplicate(
    @ValidBody('DeduplicationRequest') body: DeduplicationRequest,
    @Tenant() tenant: string,
  ): Promise<DeduplicationResponse> {
    const results = await this.deduplication.see({
      tenant,
      namespace: body.namespace ?? 'default',
      ids: body.ids,
      retentionMs: body.retentionMs ?? this.defaultRetentionMs,
    });
    return { results };
  }
}
