import { Controller, Inject } from '@nestjs/common';
import { operations, type ClaimBatchRequest, type ClaimRequest } from '@infra-services/idempotency-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { Calling } from '../../access/http/calling.decorator.js';
import type { Answer } from '../../infrastructure/http/answer.js';
import { JsonAnswer } from '../../infrastructure/http/answer.decorators.js';
import { Reply, Request } from '../../infrastructure/http/call-part.decorators.js';
import { callerSignal } from '../../infrastructure/http/caller-signal.js';
import { Implements } from '../../infrastructure/http/operation.decorator.js';
import { ValidBody } from '../../infrastructure/http/validation/valid.decorators.js';
import { TenantLimits } from '../../limits/tenant-limits.js';
import type { Claim, ClaimDecision } from '../domain/claim.js';
import { IdempotencyService, type Patience } from '../idempotency.service.js';
import { batchText } from './batch-results.js';
import { toClaim, toClaimAnswer } from './claim.mapper.js';
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
  claim(
    @ValidBody('ClaimRequest') body: ClaimRequest,
    @Calling() caller: Caller,
    @Reply() reply: FastifyReply,
  ): Promise<Answer> {
    const place = this.terms.check(caller, body);
    return this.decide(body, place, callerSignal(reply, body.waitMs ?? 0));
  }

  @Implements(operations.claimBatch)
  @JsonAnswer()
  claimBatch(
    @ValidBody('ClaimBatchRequest') body: ClaimBatchRequest,
    @Calling() caller: Caller,
    @Request() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ): Promise<JsonText> {
    this.terms.checkItems(caller, 'claims', body.claims);
    this.limits.chargeItems(caller.payer, body.claims.length);
    const longestWait = Math.max(...body.claims.map((claim) => claim.waitMs ?? 0));
    const signal = callerSignal(reply, longestWait);
    const answers = body.claims.map(async (claim) => {
      const { status, body: text } = await this.decide(claim, this.terms.of(caller, claim.namespace), signal);
      return withStatus(status, text);
    });
    return batchText(answers, { instance: request.url, requestId: request.id });
  }

  private async decide(
    request: ClaimRequest,
    place: PlaceOfCall,
    signal: AbortSignal,
  ): Promise<Answer<JsonText>> {
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
