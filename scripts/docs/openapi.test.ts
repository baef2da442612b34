import { readFileSync } from 'node:fs';
import { operations, problems, problemsOf, type Operation } from '@infra-services/idempotency-contract';
import { validate } from 'openapi-to-postmanv2';
import { describe, expect, it } from 'vitest';
import { openApiViolations } from './openapi-violations.js';

interface Content {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, unknown>>;
}

interface Holder {
  readonly content?: Readonly<Record<string, Content>>;
}

interface Described {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: Holder;
  readonly responses: Readonly<Record<string, Holder>>;
}

const text = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
const document = JSON.parse(text) as {
  paths: Record<string, Record<string, Described>>;
  components: { securitySchemes: object };
};

const all = Object.values<Operation>(operations).map((operation) => {
  const described = document.paths[operation.path]?.[operation.method.toLowerCase()];
  return { id: operation.id, operation, described: described! };
});

describe('docs/openapi.json', () => {
  it('keeps the rules of OpenAPI 3.1', () => {
    expect(openApiViolations(document as unknown as Record<string, unknown>)).toEqual([]);
  });

  it('is read by another implementation', () => {
    expect(validate({ type: 'json', data: structuredClone(document) })).toMatchObject({
      result: true,
    });
  });

  it('describes the operations of the contract and no others', () => {
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = Object.values<Operation>(operations).map((operation) => operation.id);
    expect(described.map((operation) => operation.operationId).sort()).toEqual(ids.sort());
  });

  it.each(all)('lists for $id exactly the problems that it can answer', ({ operation, described }) => {
    const listed = Object.entries(described.responses).flatMap(([status, { content }]) =>
      Object.keys(content?.['application/problem+json']?.examples ?? {}).map((code) => ({ code, status })),
    );
    const answered = problemsOf(operation).map((code) => ({ code, status: String(problems[code].status) }));
    expect(listed.sort(byCode)).toEqual(answered.sort(byCode));
  });

  it.each(all)(
    'says of $id which scopes let call it, by a scheme that is declared',
    ({ operation, described }) => {
      const asked = (described.security ?? []).flatMap((requirement) => Object.entries(requirement));
      expect(asked.flatMap(([, scopes]) => scopes)).toEqual(operation.scopes);
      for (const [scheme] of asked) expect(document.components.securitySchemes).toHaveProperty(scheme);
    },
  );

  it.each(all)('shows for $id an example of every body', ({ operation, described }) => {
    const holders = [described.requestBody ?? {}, ...Object.values(described.responses)];
    const without = holders
      .flatMap((holder) => Object.values(holder.content ?? {}))
      .filter((content) => content.example === undefined && Object.keys(content.examples ?? {}).length === 0);
    expect(without).toEqual([]);
    expect(described.requestBody !== undefined).toBe(operation.body !== undefined);
  });
});

function byCode(one: { code: string }, other: { code: string }): number {
  return one.code < other.code ? -1 : 1;
}

describe('openApiViolations', () => {
  const response = { description: 'Done.', content: { 'application/json': { schema: {} } } };
  const call = { operationId: 'a', tags: ['t'], responses: { 200: response } };
  const sound = {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    tags: [{ name: 't' }],
    paths: { '/a': { get: call } },
  };
  const withCall = (path: string, changed: object) => ({
    ...sound,
    paths: { [path]: { get: { ...call, ...changed } } },
  });

  it('finds nothing in a sound document', () => {
    expect(openApiViolations(sound)).toEqual([]);
  });

  it.each([
    ['another version', { ...sound, openapi: '3.0.3' }, 'openapi is not 3.1.x'],
    ['no title', { ...sound, info: { version: '1' } }, 'info lacks title or version'],
    ['a tag of nobody', { ...sound, tags: [] }, 'a tag is not declared'],
    [
      'an id taken',
      { ...sound, paths: { '/a': { get: call, post: call } } },
      'operationId is missing or taken',
    ],
    [
      'a template without its parameter',
      withCall('/a/{key}', {}),
      'path parameters differ from the template',
    ],
    ['no responses', withCall('/a', { responses: {} }), 'there are no responses'],
    ['a response without words', withCall('/a', { responses: { 200: {} } }), '200 lacks a description'],
    [
      'a body without a schema',
      withCall('/a', { requestBody: { content: { 'a/b': {} } } }),
      'the body lacks a schema',
    ],
    [
      'a broken reference',
      withCall('/a', { requestBody: { content: { 'a/b': { schema: { $ref: '#/x' } } } } }),
      '#/x leads nowhere',
    ],
  ])('finds %s', (_, broken, violation) => {
    expect(openApiViolations(broken).join('\n')).toContain(violation);
  });
});
