import { Controller, Inject } from '@nestjs/common';
import { operations, type HealthResponse } from '@infra-services/idempotency-contract';
import { ProblemError } from '../errors/problem.error.js';
import { Implements } from '../infrastructure/http/operation.decorator.js';
import { Readiness } from './readiness.js';

@Controller()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Implements(operations.live)
  live(): HealthResponse {
    return { status: this.readiness.isDraining ? 'draining' : 'ok' };
  }

  @Implements(operations.ready)
  async ready(): Promise<HealthResponse> {
    if (this.readiness.isDraining) {
      throw new ProblemError('OVERLOADED', 'This replica is shutting down.', { retryAfterMs: 1_000 });
    }
    await this.readiness.check();
    return { status: 'ok' };
  }
}
