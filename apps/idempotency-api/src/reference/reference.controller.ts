import { Controller, Inject } from '@nestjs/common';
import {
  operations,
  problems,
  type OpenApiDocument,
  type ProblemCode,
} from '@infra-services/idempotency-contract';
import { TextAnswer } from '../infrastructure/http/answer.decorators.js';
import { Implements } from '../infrastructure/http/operation.decorator.js';
import { ValidParams } from '../infrastructure/http/validation/valid.decorators.js';
import { Metrics } from '../infrastructure/metrics/metrics.js';

/** Nest's token for the OpenAPI document. */
export const OPENAPI_DOCUMENT = Symbol('OpenApiDocument');

/** What the service says about itself. */
@Controller()
export class ReferenceController {
  constructor(
    @Inject(OPENAPI_DOCUMENT) private readonly document: OpenApiDocument,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Implements(operations.openApi)
  openApi(): OpenApiDocument {
    return this.document;
  }

  @Implements(operations.problemPage)
  @TextAnswer('text/markdown; charset=utf-8')
  problemPage(@ValidParams('ProblemPath') { code }: { code: ProblemCode }): string {
    const { status, title, retryable, meaning, cause, action } = problems[code];
    return `# ${code}\n\n${title} (${status}${retryable ? ', retryable' : ''}).\n\n**Meaning.** ${meaning}\n\n**Cause.** ${cause}\n\n**What to do.** ${action}\n`;
  }

  @Implements(operations.metrics)
  @TextAnswer('text/plain; version=0.0.4; charset=utf-8')
  exposeMetrics(): Promise<string> {
    return this.metrics.expose();
  }
}
