import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  headers,
  operations,
  type ClaimBatchRequest,
  type ClaimRequest,
} from '@infra-services/idempotency-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { Calling } from '../../access/http/calling.decorator.js';
import { callerSignal } from '../../infrastructure/http/caller-signal.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { ValidBody } from '../../infrastructure/http/validation/valid.decorators.js';
import { TenantLimits } from '../../limits/tenant-limits.js';
import type { Claim, ClaimDecision } from '../domain/claim.js';
import { IdempotencyService, type Patience } from '../idempotency.service.js';
import { JsonAnswer } from '../../infrastructure/http/json-answer.decorator.js';
import { batchText } from './batch-results.js';
import { toClaim, toClaimAnswer, type ClaimAnswer } from './claim.mapper.js';
import { withStatus, type JsonText } from './json-text.js';
import { TermsOfCalls, type PlaceOfCall } from './terms-of-calls.js';

@Controller()
export class ClaimsController {
  constructor(
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(TermsOfCalls) private readonly terms: TermsOfCalls,
    @Inject(TenantLimits) private readonly limits: TenantLimits,
  ) {}

  @Implements(operations.claim)
  @JsonAnswer()
  async claim(
    @ValidBody('ClaimRequest') body: ClaimRequest,
    @Calling() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const place = this.terms.check(caller, body);
    const answer = await this.decide(body, place, callerSignal(reply, body.waitMs ?? 0));
    reply.code(answer.status);
    if (answer.status === 200) reply.header(headers.idempotentReplayed, 'true');
    return answer.text;
  }

  @Implements(operations.claimBatch)
  @JsonAnswer()
  claimBatch(
    @ValidBody('ClaimBatchRequest') body: ClaimBatchRequest,
    @Calling() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    this.terms.checkItems(caller, 'claims', body.claims);
    this.limits.chargeItems(caller.payer, body.claims.length);
    const longestWait = Math.max(...body.claims.map((claim) => claim.waitMs ?? 0));
    const signal = callerSignal(reply, longestWait);
    const answers = body.claims.map(async (claim) => {
      const answer = await this.decide(claim, this.terms.of(caller, claim.namespace), signal);
      return withStatus(answer.status, answer.text);
    });
    return batchText(answers, { instance: request.url, requestId: request.id });
  }

  private async decide(request: ClaimRequest, place: PlaceOfCall, signal: AbortSignal): Promise<ClaimAnswer> {
    const claim = toClaim(request, place);
    const patience = { waitMs: request.waitMs ?? 0, caller: signal };
    const decision = this.limits.boundsClaimsOf(claim.tenant)
      ? await this.decideWithinLimits(claim, patience)
      : await this.idempotency.claim(claim, patience);
    return toClaimAnswer(claim, decision);
  }

  private decideWithinLimits(claim: Claim, patience: Patience): Promise<ClaimDecision> {
    return this.limits.open({
      tenant: claim.tenant,
      isTaken: () => this.idempotency.isTaken(claim),
      ask: () => this.idempotency.claim(claim, patience),
      isGranted: ({ kind }) => kind === 'execute',
    });
  }
}
