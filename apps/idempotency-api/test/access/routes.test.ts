import { describe, expect, it } from 'vitest';
import { openApiDocument, type OpenApiDocument } from '@infra-services/idempotency-contract';
import { guardFiles, newToken } from '../support/guard-files.js';
import { exchange } from '../support/raw-socket.js';
import { useWorld } from '../support/world.js';

/** What the document says about a call, as far as this test makes one of it. */
interface Described {
  readonly operationId: string;
  readonly security?: readonly { readonly token: readonly string[] }[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly json: unknown;
  readonly scopes: readonly string[];
}

/** Calls that anybody may make: a new one is made public here, knowingly, or not at all. */
const PUBLIC = ['live', 'metrics', 'openApi', 'problemPage', 'ready'];

const routes = routesOf(openApiDocument('test'));
const guarded = routes.filter((route) => route.scopes.length > 0);

function routesOf(document: OpenApiDocument): Route[] {
  const paths = document.paths as Record<string, Record<string, Described>>;
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      name: described.operationId,
      method: method.toUpperCase(),
      path: pathOf(template, described),
      json: described.requestBody?.content['application/json']?.example,
      scopes: (described.security ?? []).flatMap(({ token }) => token),
    })),
  );
}

function pathOf(template: string, { parameters = [] }: Described): string {
  return parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((path, { name, example }) => path.replace(`{${name}}`, String(example)), template);
}

const files = await guardFiles([
  { tenant: 'ours', scopes: ['execute'] },
  { tenant: 'ours', scopes: ['operate'] },
  { tenant: 'theirs', scopes: ['execute', 'operate'] },
  { tenant: 'ours', expiresAt: '2020-01-01T00:00:00Z' },
  { tenant: 'ours', namespaces: ['elsewhere'] },
]);
const [execute = '', operate = '', theirs = '', expired = '', elsewhere = ''] = files.tokens;

describe('every route of the OpenAPI document', () => {
  const world = useWorld({ settings: files.settings });

  const call = (route: Route, headers: Record<string, string>) =>
    world.api.send(route.method, route.path, {
      ...(route.json === undefined ? {} : { json: route.json }),
      headers,
    });
  const recordsOfOurs = async (): Promise<unknown[]> => {
    const { rows } = await world.database.pool.query<object>(
      `SELECT * FROM record_by_parts WHERE tenant = 'ours' ORDER BY namespace, key`,
    );
    return rows;
  };
  const withToken = (route: Route, token: string) => call(route, { authorization: `Bearer ${token}` });

  it('is public only where this test says so', () => {
    const open = routes.filter((route) => route.scopes.length === 0).map((route) => route.name);
    expect(open.sort()).toEqual(PUBLIC);
    expect(guarded.length).toBeGreaterThanOrEqual(12);
  });

  it.each(guarded)('$name turns away who carries no token', async (route) => {
    const { status, headers, body } = await call(route, {});
    expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(headers['www-authenticate']).toBe('Bearer realm="idempotency-api"');
  });

  it.each(guarded)('$name turns away a token that is wrong, expired, or not one', async (route) => {
    for (const authorization of [
      `Bearer ${newToken()}`,
      `Bearer ${execute.slice(0, -1)}`,
      `Bearer ${execute}=`,
      `Bearer ${expired}`,
      `Bearer ${execute} ${execute}`,
      `Bearer`,
      `Basic ${Buffer.from(`ours:${execute}`).toString('base64')}`,
      execute,
    ]) {
      const { status, headers, body } = await call(route, { authorization });
      expect([authorization, status, body.code]).toEqual([authorization, 401, 'UNAUTHENTICATED']);
      expect(headers['www-authenticate']).toBe('Bearer realm="idempotency-api", error="invalid_token"');
    }
  });

  it.each(guarded)('$name turns away a token that lacks the scope', async (route) => {
    const lacking = { execute: operate, operate: execute };
    for (const [scope, token] of Object.entries(lacking)) {
      const { status, headers, body } = await withToken(route, token);
      const isEnough = route.scopes.some((wanted) => wanted !== scope);
      if (isEnough) {
        expect([401, 403]).not.toContain(status);
        continue;
      }
      expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
      expect(headers['www-authenticate']).toBe(
        `Bearer realm="idempotency-api", error="insufficient_scope", scope="${scope}"`,
      );
    }
  });

  it.each(guarded)('$name lets in who has the scope', async (route) => {
    const { status, body } = await withToken(route, route.scopes.includes('execute') ? execute : operate);
    expect([401, 403, 500]).not.toContain(status);
    expect(JSON.stringify(body)).not.toContain('"status":403');
  });

  it.each(guarded)('$name turns away a token of another namespace', async (route) => {
    const { status, body } = await withToken(route, elsewhere);
    // A batch answers each item as the single call would have been answered.
    const results = (body as unknown as { results?: { code: string }[] }).results;
    const codes = status === 200 ? results?.map(({ code }) => code) : [body.code];
    expect(new Set(codes)).toEqual(new Set(['FORBIDDEN']));
  });

  it.each(guarded)('$name answers another tenant’s token as if there were no record', async (route) => {
    const ours = routes.find(({ name }) => name === 'claim')!;
    await withToken(ours, execute);
    const before = await recordsOfOurs();
    expect(before).not.toEqual([]);
    const { status, body } = await withToken(route, theirs);
    expect([401, 403, 500]).not.toContain(status);
    expect(JSON.stringify(body)).not.toContain('CLAIM_IN_PROGRESS');
    expect(await recordsOfOurs()).toEqual(before);
  });

  it.each(PUBLIC)('%s takes no notice of a token', async (name) => {
    const route = routes.find((candidate) => candidate.name === name)!;
    const plain = await call(route, {});
    const withOne = await withToken(route, newToken());
    expect([plain.status, withOne.status]).toEqual([200, 200]);
  });

  it('answers HEAD no more freely than GET', async () => {
    const heads = guarded.filter(({ method }) => method === 'GET');
    expect(heads.length).toBeGreaterThanOrEqual(2);
    for (const { path } of heads) {
      const head = await fetch(world.api.url + path, { method: 'HEAD' });
      expect([path, head.status]).toEqual([path, 401]);
    }
  });

  it('reads no body of a stranger', async () => {
    const answer = await world.api.send('POST', '/v1/claims', { raw: '{broken' });
    expect(answer.body.code).toBe('UNAUTHENTICATED');
  });

  it('takes two credentials for none, as a proxy may have judged the other one', async () => {
    // As bytes: what sends requests for us would put the two into one field.
    const ask = async (...fields: string[]): Promise<number | undefined> => {
      const lines = ['GET /v1/records HTTP/1.1', 'host: test', 'connection: close', ...fields, '', ''];
      const [answer] = await exchange(world.api.url, lines.join('\r\n'));
      return answer?.status;
    };
    const credential = `authorization: Bearer ${operate}`;
    expect(await ask(credential)).toBe(200);
    expect(await ask(credential, credential)).toBe(401);
    expect(await ask(`${credential}, Bearer ${operate}`)).toBe(401);
  });

  it('takes the scheme in any case, as HTTP has it', async () => {
    const answer = await world.api.send('GET', '/v1/records', {
      headers: { authorization: `bEARER ${operate}` },
    });
    expect(answer.status).toBe(200);
  });

  it('is shown to people at /docs without a token', async () => {
    const page = await fetch(`${world.api.url}/docs`);
    expect(page.status).toBe(200);
  });
});
