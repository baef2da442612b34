import {
  operations,
  problemMediaType,
  problemsOf,
  schemas,
  type Operation,
  type ProblemDetails,
} from '@infra-services/idempotency-contract';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, validateFormats: false });
ajv.addKeyword('components');
ajv.addSchema({ $id: 'contract', components: { schemas } }, 'contract', false, false);

const routes = Object.values<Operation>(operations).map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/**
 * Says what is wrong with an answer by the contract: an undocumented status or code, a body that its schema refuses.
 * Every answer that a test gets passes here, so that no test can see what the documents do not say.
 */
export function contractViolations(method: string, path: string, status: number, body: unknown): string[] {
  const operation = routes.find(
    (route) => route.operation.method === method && route.pattern.test(path),
  )?.operation;
  if (status >= 400) return problemViolations(operation, status, body);
  if (!operation) return [`${method} ${path} is not in the contract and answered ${status}`];
  const response = operation.responses[status];
  if (!response) return [`${operation.id} answered ${status}, which is not documented`];
  return response.schema ? schemaViolations(response.schema, body) : [];
}

function problemViolations(operation: Operation | undefined, status: number, body: unknown): string[] {
  const violations = schemaViolations('Problem', body);
  const problem = body as ProblemDetails;
  if (problem.status !== status) violations.push(`status ${status}, but the problem says ${problem.status}`);
  if (operation && !problemsOf(operation).includes(problem.code)) {
    violations.push(`${operation.id} answered ${problem.code}, which is not documented`);
  }
  return violations;
}

function schemaViolations(name: string, body: unknown): string[] {
  // Compiled once a name: `compile` would take two milliseconds an answer, most of what a test of load then measures.
  const validate = ajv.getSchema(`contract#/components/schemas/${name}`);
  if (!validate) return [`the contract has no schema ${name}`];
  if (validate(body)) return [];
  return (validate.errors ?? []).map((error) => `${name}${error.instancePath} ${error.message ?? ''}`);
}

/** The media type that an answer must have. */
export function expectedMediaType(status: number): string {
  return status >= 400 ? problemMediaType : 'application/json';
}
