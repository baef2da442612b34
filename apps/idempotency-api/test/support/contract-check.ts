import type { IncomingHttpHeaders } from 'node:http';
import { problemMediaType, type ProblemDetails } from '@infra-services/idempotency-contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { documentOperations, openApi, type DocumentOperation } from './openapi-document.js';

const ajv = new Ajv2020({ strict: false });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
ajv.addFormat('base64', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
ajv.addFormat('uri-reference', (text) => URL.canParse(text, 'http://service.test'));
ajv.addSchema({ $id: 'openapi', ...openApi }, 'openapi', false, false);

const routes = documentOperations.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** An answer, of whichever client. */
interface CheckedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed if it is JSON, text otherwise. */
  readonly body: unknown;
}

/**
 * Says what is wrong with an answer by docs/openapi.json: an undocumented status, code, field or media type, a body that
 * its schema refuses. Every answer that a test gets passes here, so that no test can see what the document does not say.
 */
export function contractViolations(method: string, path: string, answer: CheckedAnswer): string[] {
  const operation = routes.find(
    (route) => route.operation.method === method && route.pattern.test(path),
  )?.operation;
  const requestId = answer.headers['x-request-id'] ? [] : ['no X-Request-Id'];
  if (operation) return [...requestId, ...operationViolations(operation, answer)];
  // Bytes that are no call of the document, and calls of paths that are none, are answered with a problem too.
  if (answer.status < 400) return [`${method} ${path} is not in the document and answered ${answer.status}`];
  return [
    ...requestId,
    ...(mediaTypeOf(answer) === problemMediaType ? [] : [`content type ${mediaTypeOf(answer)}`]),
    ...schemaViolations(pointer('components', 'schemas', 'Problem'), answer.body),
    ...problemViolations(answer),
  ];
}

function operationViolations(operation: DocumentOperation, answer: CheckedAnswer): string[] {
  const { operationId, path, method, responses } = operation;
  const response = responses[answer.status];
  if (!response) return [`${operationId} answered ${answer.status}, which is not documented`];
  const fields = fieldViolations(operationId, response.headers, answer);
  const mediaType = mediaTypeOf(answer);
  if (!response.content) {
    return [
      ...fields,
      ...(mediaType === undefined && answer.body === '' ? [] : ['a body where none is documented']),
    ];
  }
  const content = response.content[mediaType ?? ''];
  if (!content) return [...fields, `${operationId} answered ${mediaType}, which is not documented`];
  const place = ['paths', path, method.toLowerCase(), 'responses', String(answer.status), 'content'];
  const body = schemaViolations(pointer(...place, mediaType!, 'schema'), answer.body);
  if (answer.status < 400) return [...fields, ...body];
  const { code } = answer.body as ProblemDetails;
  const isDocumented = code in (content.examples ?? {});
  return [
    ...fields,
    ...body,
    ...(isDocumented ? [] : [`${operationId} answered ${code}, which is not documented`]),
    ...problemViolations(answer),
  ];
}

/** Fields that mean something to callers: documented where they are answered, answered where they are due. */
function fieldViolations(
  operationId: string,
  documented: object,
  { status, headers }: CheckedAnswer,
): string[] {
  const names = Object.keys(documented).map((name) => name.toLowerCase());
  const undocumented = ['retry-after', 'idempotent-replayed'].filter(
    (name) => headers[name] !== undefined && !names.includes(name),
  );
  const isReplay = names.includes('idempotent-replayed') && status < 400;
  return [
    ...undocumented.map((name) => `${operationId} answered ${name}, which is not documented`),
    ...(isReplay && headers['idempotent-replayed'] !== 'true' ? ['a replay that does not say so'] : []),
  ];
}

/** What a problem says twice, once in its body and once in status or fields. */
function problemViolations({ status, headers, body }: CheckedAnswer): string[] {
  const problem = body as ProblemDetails;
  const seconds = problem.retryAfterMs === undefined ? undefined : Math.ceil(problem.retryAfterMs / 1000);
  return [
    ...(problem.status === status ? [] : [`status ${status}, but the problem says ${problem.status}`]),
    ...(problem.requestId === headers['x-request-id'] ? [] : ['two request ids']),
    ...(headers['retry-after'] === seconds?.toString() ? [] : [`Retry-After ${headers['retry-after']}`]),
  ];
}

function schemaViolations(place: string, body: unknown): string[] {
  // Compiled once a place: `compile` would take two milliseconds an answer, most of what a test of load then measures.
  const validate = ajv.getSchema(`openapi#${place}`);
  if (!validate) return [`the document has no schema at ${place}`];
  if (validate(body)) return [];
  return (validate.errors ?? []).map((error) => `${place}${error.instancePath} ${error.message ?? ''}`);
}

function pointer(...names: string[]): string {
  return names
    .map((name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');
}

function mediaTypeOf({ headers }: CheckedAnswer): string | undefined {
  return headers['content-type']?.split(';')[0];
}
