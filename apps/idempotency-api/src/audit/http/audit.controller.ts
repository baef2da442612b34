import { Controller, Inject } from '@nestjs/common';
import {
  limits,
  operations,
  type AuditPage,
  type ListAuditQuery,
} from '@infra-services/idempotency-contract';
import type { Caller } from '../../access/caller.js';
import { Calling } from '../../access/http/calling.decorator.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { ValidQuery } from '../../infrastructure/http/validation/valid.decorators.js';
import { AuditService } from '../audit.service.js';
import { readAuditCursor, writeAuditCursor } from './audit-cursor.js';

/** What operators ask of the audit log. */
@Controller()
export class AuditController {
  constructor(@Inject(AuditService) private readonly audit: AuditService) {}

  @Implements(operations.listAudit)
  async list(
    @ValidQuery('ListAuditQuery') query: ListAuditQuery,
    @Calling() caller: Caller,
  ): Promise<AuditPage> {
    const { entries, next } = await this.audit.list({
      tenant: caller.tenantAcross(query.namespace),
      namespace: query.namespace ?? null,
      key: query.key ?? null,
      action: query.action ?? null,
      since: query.since ?? null,
      after: query.cursor === undefined ? null : readAuditCursor(query.cursor),
      limit: query.limit ?? limits.pageDefault,
    });
    return { entries, nextCursor: next && writeAuditCursor(next) };
  }
}
