import { Controller, Inject } from '@nestjs/common';
import {
  operations,
  type DeduplicationRequest,
  type DeduplicationResponse,
} from '@infra-services/idempotency-contract';
import type { Caller } from '../../access/caller.js';
import { Calling } from '../../access/http/calling.decorator.js';
import { invalidRequest } from '../../errors/problem.error.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { ValidBody } from '../../infrastructure/http/validation/valid.decorators.js';
import { TenantLimits } from '../../limits/tenant-limits.js';
import { Policies } from '../../policies/policies.js';
import { violations } from '../../policies/terms.js';
import { DeduplicationService } from '../deduplication.service.js';

@Controller()
export class DeduplicationsController {
  constructor(
    @Inject(DeduplicationService) private readonly deduplication: DeduplicationService,
    @Inject(Policies) private readonly policies: Policies,
    @Inject(TenantLimits) private readonly limits: TenantLimits,
  ) {}

  @Implements(operations.deduplicate)
  async deduplicate(
    @ValidBody('DeduplicationRequest') body: DeduplicationRequest,
    @Calling() caller: Caller,
  ): Promise<DeduplicationResponse> {
    const namespace = body.namespace ?? 'default';
    const tenant = caller.tenantIn(namespace);
    const terms = this.policies.termsOf(tenant, namespace);
    const fields = violations(body, terms);
    if (fields.length > 0) throw invalidRequest(fields);
    this.limits.chargeItems(tenant, body.ids.length);
    this.limits.admitNewIds(tenant);
    const results = await this.deduplication.see({
      tenant,
      namespace,
      ids: body.ids,
      retentionMs: body.retentionMs ?? terms.retentionMs,
    });
    return { results };
  }
}
