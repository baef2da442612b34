import { describe, expect, it } from 'vitest';
import {
  operations,
  problemCodes,
  problems,
  problemsOf,
  schemas,
  type Operation,
  type ProblemDefinition,
} from '../src/index.js';

const all = Object.entries<Operation>(operations).map(([name, operation]) => ({ name, operation }));

describe('the table of problems', () => {
  it.each(problemCodes)('says of %s all that a caller needs', (code) => {
    const { status, title, meaning, cause, action }: ProblemDefinition = problems[code];
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/u);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).not.toMatch(/[.!]$/u);
    for (const sentence of [meaning, cause, action]) expect(sentence).toMatch(/^\S.*\.$/su);
  });

  it('is in the order of its statuses', () => {
    const statuses = problemCodes.map((code) => problems[code].status);
    expect(statuses).toEqual([...statuses].sort((one, other) => one - other));
  });

  it('tells callers to repeat whatever failed on our side', () => {
    const ours = problemCodes.filter((code) => problems[code].status >= 500);
    expect(ours.filter((code) => !problems[code].retryable)).toEqual([]);
    expect(ours).toContain('STORE_UNAVAILABLE');
  });
});

describe('the table of operations', () => {
  it('names each by its id, and gives no path and method twice', () => {
    expect(all.map(({ operation }) => operation.id)).toEqual(all.map(({ name }) => name));
    const routes = all.map(({ operation }) => `${operation.method} ${operation.path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });

  it.each(all)('$name names each of its problems once', ({ operation }) => {
    const codes = problemsOf(operation);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toContain('INTERNAL_ERROR');
  });

  it.each(all)('$name has schemas for exactly the parameters of its path', ({ operation }) => {
    const template = [...operation.path.matchAll(/\{(\w+)\}/gu)].map(([, parameter]) => parameter);
    const schema = operation.params ? (schemas[operation.params] as { properties?: object }) : {};
    expect(Object.keys(schema.properties ?? {})).toEqual(template);
  });

  it.each(all.filter(({ operation }) => operation.store))(
    '$name says when the store is away',
    ({ operation }) => {
      expect(problemsOf(operation)).toEqual(expect.arrayContaining(['STORE_UNAVAILABLE', 'OVERLOADED']));
    },
  );
});
