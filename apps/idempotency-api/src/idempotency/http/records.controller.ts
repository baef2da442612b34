import { Controller, Inject } from '@nestjs/common';
import {
  limits,
  operations,
  type DeleteRecordQuery,
  type GetRecordQuery,
  type ListRecordsQuery,
  type RecordPage,
  type ResolveRequest,
} from '@infra-services/idempotency-contract';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { Calling } from '../../access/http/calling.decorator.js';
import { JsonAnswer } from '../../infrastructure/http/answer.decorators.js';
import { Reply } from '../../infrastructure/http/call-part.decorators.js';
import { callerSignal } from '../../infrastructure/http/caller-signal.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { ValidBody, ValidParams, ValidQuery } from '../../infrastructure/http/validation/valid.decorators.js';
import { IdempotencyService } from '../idempotency.service.js';
import { readCursor } from './cursor.js';
import { DEFAULTS, type Defaults } from './defaults.js';
import type { JsonText } from './json-text.js';
import { toStorableOutcome } from './outcome.mapper.js';
import type { RecordPath } from './record-path.js';
import { toRecordText, toWirePage } from './record.mapper.js';

/** What people and operators do with records. */
@Controller()
export class RecordsController {
  constructor(
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(DEFAULTS) private readonly defaults: Defaults,
  ) {}

  @Implements(operations.getRecord)
  @JsonAnswer()
  async get(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidQuery('GetRecordQuery') query: GetRecordQuery,
    @Calling() caller: Caller,
    @Reply() reply: FastifyReply,
  ): Promise<JsonText> {
    const waitMs = query.waitMs ?? 0;
    const tenant = caller.tenantIn(path.namespace);
    const patience = { waitMs, caller: callerSignal(reply, waitMs) };
    return toRecordText(await this.idempotency.get({ tenant, ...path }, patience));
  }

  @Implements(operations.listRecords)
  async list(
    @ValidQuery('ListRecordsQuery') query: ListRecordsQuery,
    @Calling() caller: Caller,
  ): Promise<RecordPage> {
    const page = await this.idempotency.list({
      tenant: caller.tenantAcross(query.namespace),
      namespace: query.namespace ?? null,
      state: query.state ?? null,
      createdBefore: query.createdBefore === undefined ? null : new Date(query.createdBefore),
      after: query.cursor === undefined ? null : readCursor(query.cursor, query.namespace),
      limit: query.limit ?? limits.pageDefault,
    });
    return toWirePage(page);
  }

  @Implements(operations.resolve)
  @JsonAnswer()
  async resolve(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidBody('ResolveRequest') body: ResolveRequest,
    @Calling() caller: Caller,
  ): Promise<JsonText> {
    const record = await this.idempotency.resolve({
      tenant: caller.tenantIn(path.namespace),
      ...path,
      outcome: body.outcome ? toStorableOutcome(body.outcome, this.defaults.maxOutcomeBytes) : null,
      actor: caller.actor,
      note: body.note ?? null,
    });
    return toRecordText(record);
  }

  @Implements(operations.deleteRecord)
  async delete(
    @ValidParams('RecordPath') path: RecordPath,
    @ValidQuery('DeleteRecordQuery') query: DeleteRecordQuery,
    @Calling() caller: Caller,
  ): Promise<void> {
    await this.idempotency.delete({
      tenant: caller.tenantIn(path.namespace),
      ...path,
      force: query.force ?? false,
      actor: caller.actor,
    });
  }
}
