type Json = Readonly<Record<string, unknown>>;

/**
 * Says where a document breaks the rules of OpenAPI 3.1 that a generator can get wrong: required members, unique and
 * declared names, path templates, references that lead somewhere. JSON Schemas are compiled elsewhere, by the validator.
 */
export function openApiViolations(document: Json): string[] {
  return [...infoViolations(document), ...pathViolations(document), ...referenceViolations(document)];
}

function infoViolations(document: Json): string[] {
  const info = asObject(document.info);
  const license = asObject(info.license);
  return violations([
    [/^3\.1\.\d+$/u.test(asText(document.openapi)), 'openapi is not 3.1.x'],
    [asText(info.title) !== '' && asText(info.version) !== '', 'info lacks title or version'],
    [!('identifier' in license && 'url' in license), 'info.license has both identifier and url'],
    [Object.keys(asObject(document.paths)).length > 0, 'there are no paths'],
  ]);
}

function pathViolations(document: Json): string[] {
  const declaredTags = new Set(asList(document.tags).map((tag) => tag.name));
  const seenIds = new Set<unknown>();
  return Object.entries(asObject(document.paths)).flatMap(([path, methods]) =>
    Object.entries(asObject(methods)).flatMap(([method, value]) => {
      const operation = asObject(value);
      const isNew = !seenIds.has(operation.operationId);
      seenIds.add(operation.operationId);
      return violations([
        [path.startsWith('/'), 'the path does not begin with /'],
        [
          ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'].includes(method),
          'no such method',
        ],
        [asText(operation.operationId) !== '' && isNew, 'operationId is missing or taken'],
        [(operation.tags as unknown[]).every((tag) => declaredTags.has(tag)), 'a tag is not declared'],
      ])
        .concat(
          parameterViolations(path, operation),
          bodyViolations(operation),
          responseViolations(operation),
        )
        .map((violation) => `${method} ${path}: ${violation}`);
    }),
  );
}

function parameterViolations(path: string, operation: Json): string[] {
  const parameters = asList(operation.parameters);
  const places = parameters.map((parameter) => `${asText(parameter.in)} ${asText(parameter.name)}`);
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const template = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
  return violations([
    [new Set(places).size === places.length, 'a parameter is declared twice'],
    [parameters.every((parameter) => 'schema' in parameter), 'a parameter lacks its schema'],
    [
      parameters.every((parameter) => !('example' in parameter && 'examples' in parameter)),
      'example and examples',
    ],
    [inPath.every((parameter) => parameter.required === true), 'a path parameter is not required'],
    [
      sameNames(
        template,
        inPath.map((parameter) => parameter.name),
      ),
      'path parameters differ from the template',
    ],
  ]);
}

function bodyViolations(operation: Json): string[] {
  if (!('requestBody' in operation)) return [];
  return contentViolations('the body', asObject(operation.requestBody));
}

function responseViolations(operation: Json): string[] {
  const responses = Object.entries(asObject(operation.responses));
  const broken = responses.flatMap(([status, value]) => {
    const response = asObject(value);
    return violations([
      [/^[1-5]\d\d$/u.test(status), `${status} is no status`],
      [asText(response.description) !== '', `${status} lacks a description`],
    ]).concat('content' in response ? contentViolations(status, response) : []);
  });
  return responses.length > 0 ? broken : ['there are no responses'];
}

function contentViolations(place: string, holder: Json): string[] {
  const media = Object.entries(asObject(holder.content));
  return violations([
    [media.length > 0, `${place} has no media type`],
    [media.every(([type]) => /^[\w.+-]+\/[\w.+-]+$/u.test(type)), `${place} has a strange media type`],
    [media.every(([, content]) => 'schema' in asObject(content)), `${place} lacks a schema`],
    [media.every(([, content]) => exampleForms(asObject(content)) <= 1), `${place} has example and examples`],
  ]);
}

function exampleForms(content: Json): number {
  return Number('example' in content) + Number('examples' in content);
}

function referenceViolations(document: Json): string[] {
  return references(document)
    .filter((reference) => resolveReference(document, reference) === undefined)
    .map((reference) => `${reference} leads nowhere`);
}

/** What a local reference (`#/…`) stands for; undefined if it leads nowhere. */
function resolveReference(document: Json, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  const path = reference.slice(2).split('/');
  return path.reduce<unknown>((at, name) => asObject(at)[name], document);
}

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' && typeof member === 'string' ? [member] : references(member),
  );
}

function violations(rules: readonly (readonly [boolean, string])[]): string[] {
  return rules.filter(([holds]) => !holds).map(([, violation]) => violation);
}

function sameNames(one: readonly unknown[], other: readonly unknown[]): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function asList(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
