import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  headers,
  operations,
  type ClaimBatchRequest,
  type ClaimBatchResponse,
  type ClaimRequest,
  type ExecuteDecision,
  type ReplayDecision,
} from '@infra-services/idempotency-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerSignal } from '../../infrastructure/http/caller-signal.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { Tenant } from '../../infrastructure/http/tenant.decorator.js';
import { ValidBody } from '../../infrastructure/http/validation/valid.decorators.js';
import { IdempotencyService } from '../idempotency.service.js';
import { batchResults } from './batch-results.js';
import { toClaim, toClaimAnswer, type ClaimAnswer } from './claim.mapper.js';
import { DEFAULTS, type Defaults } from './defaults.js';

@Controller()
export class ClaimsController {
  constructor(
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(DEFAULTS) private readonly defaults: Defaults,
  ) {}

  @Implements(operations.claim)
  async claim(
    @ValidBody('ClaimRequest') body: ClaimRequest,
    @Tenant() tenant: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecuteDecision | ReplayDecision> {
    const answer = await this.decide(body, tenant, callerSignal(reply, body.waitMs ?? 0));
    reply.code(answer.status);
    if (answer.status === 200) reply.header(headers.idempotentReplayed, 'true');
    return answer.body;
  }

  @Implements(operations.claimBatch)
  async claimBatch(
    @ValidBody('ClaimBatchRequest') body: ClaimBatchRequest,
    @Tenant() tenant: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClaimBatchResponse> {
    const longestWait = Math.max(...body.claims.map((claim) => claim.waitMs ?? 0));
    const caller = callerSignal(reply, longestWait);
    const answers = body.claims.map((claim) => this.decide(claim, tenant, caller));
    const results = await batchResults(answers, { instance: request.url, requestId: request.id });
    return {
      results: results.map((result) =>
        'body' in result ? ({ status: result.status, ...result.body } as never) : result,
      ),
    };
  }

  private async decide(request: ClaimRequest, tenant: string, caller: AbortSignal): Promise<ClaimAnswer> {
    const claim = toClaim(request, tenant, this.defaults);
    const decision = await this.idempotency.claim(claim, { waitMs: request.waitMs ?? 0, caller });
    return toClaimAnswer(claim, decision);
  }
}
