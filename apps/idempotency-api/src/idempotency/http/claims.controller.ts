import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  headers,
  operations,
  type ClaimBatchRequest,
  type ClaimRequest,
} from '@infra-services/idempotency-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerSignal } from '../../infrastructure/http/caller-signal.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { Tenant } from '../../infrastructure/http/tenant.decorator.js';
import { ValidBody } from '../../infrastructure/http/validation/valid.decorators.js';
import { IdempotencyService } from '../idempotency.service.js';
import { JsonAnswer } from '../../infrastructure/http/json-answer.decorator.js';
import { batchText } from './batch-results.js';
import { toClaim, toClaimAnswer, type ClaimAnswer } from './claim.mapper.js';
import { DEFAULTS, type Defaults } from './defaults.js';
import { withStatus, type JsonText } from './json-text.js';

@Controller()
export class ClaimsController {
  constructor(
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(DEFAULTS) private readonly defaults: Defaults,
  ) {}

  @Implements(operations.claim)
  @JsonAnswer()
  async claim(
    @ValidBody('ClaimRequest') body: ClaimRequest,
    @Tenant() tenant: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const answer = await this.decide(body, tenant, callerSignal(reply, body.waitMs ?? 0));
    reply.code(answer.status);
    if (answer.status === 200) reply.header(headers.idempotentReplayed, 'true');
    return answer.text;
  }

  @Implements(operations.claimBatch)
  @JsonAnswer()
  claimBatch(
    @ValidBody('ClaimBatchRequest') body: ClaimBatchRequest,
    @Tenant() tenant: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const longestWait = Math.max(...body.claims.map((claim) => claim.waitMs ?? 0));
    const caller = callerSignal(reply, longestWait);
    const answers = body.claims.map(async (claim) => {
      const answer = await this.decide(claim, tenant, caller);
      return withStatus(answer.status, answer.text);
    });
    return batchText(answers, { instance: request.url, requestId: request.id });
  }

  private async decide(request: ClaimRequest, tenant: string, caller: AbortSignal): Promise<ClaimAnswer> {
    const claim = toClaim(request, tenant, this.defaults);
    const decision = await this.idempotency.claim(claim, { waitMs: request.waitMs ?? 0, caller });
    return toClaimAnswer(claim, decision);
  }
}
