import {
  openApiDocument,
  problems,
  problemType,
  type ProblemCode,
} from '@infra-services/idempotency-contract';

interface Response {
  readonly content?: Readonly<
    Record<string, { readonly examples?: Readonly<Record<string, { value: unknown }>> }>
  >;
}

type Paths = Readonly<
  Record<string, Readonly<Record<string, { responses: Readonly<Record<string, Response>> }>>>
>;

/** The answer with this code as the OpenAPI document shows it, by the first operation that can give it. */
export function exampleAnswer(code: ProblemCode): unknown {
  const paths = openApiDocument('').paths as Paths;
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const content = operation.responses[problems[code].status]?.content?.['application/problem+json'];
    const example = content?.examples?.[code];
    if (example) return example.value;
  }
  return outsideOperations(code);
}

/** What no operation answers: the call was none of the API's. */
function outsideOperations(code: ProblemCode): unknown {
  const { status, title, meaning, retryable } = problems[code];
  return {
    type: problemType(code),
    title,
    status,
    detail: meaning,
    instance: code === 'METHOD_NOT_ALLOWED' ? '/v1/claims' : '/v1/claim',
    code,
    retryable,
    requestId: '01J9Z3W8-checkout',
  };
}
