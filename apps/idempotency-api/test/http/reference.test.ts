import { describe, expect, it } from 'vitest';
import { openApiDocument, problemCodes, problems } from '@infra-services/idempotency-contract';
import { VERSION } from '../../src/version.js';
import { exchange, problemOf, rawRequest } from '../support/raw-socket.js';
import { useWorld } from '../support/world.js';

describe('what the service says about itself', () => {
  const world = useWorld();

  const text = async (path: string): Promise<{ status: number; type: string | null; body: string }> => {
    const response = await fetch(world.api.url + path);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    };
  };

  it.each(['/health/live', '/health/ready'])('is alive and ready: %s', async (path) => {
    expect(await world.api.send('GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('answers the OpenAPI document of the contract, as it stands', async () => {
    const answer = await world.api.send<object>('GET', '/openapi.json');
    expect(answer.body).toEqual(JSON.parse(JSON.stringify(openApiDocument(VERSION))));
  });

  it.each(['/docs', '/docs/'])(
    'shows the same document to people, with all that the page needs: %s',
    async (path) => {
      const page = await text(path);
      expect(page).toMatchObject({ status: 200, type: expect.stringContaining('text/html') });
      const assets = [...page.body.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(
        ([, asset]) => asset!,
      );
      expect(assets).not.toEqual([]);
      for (const asset of assets) {
        // Resolved as a browser does, which must not need the network beyond us.
        const url = new URL(asset, world.api.url + path);
        expect(url.origin).toBe(world.api.url);
        const { status, body } = await text(url.pathname);
        expect([status, body === '']).toEqual([200, false]);
        if (asset.includes('init')) {
          expect(body).toContain('/v1/claims/batch');
          expect(body).toContain('"validatorUrl":null');
        }
      }
    },
  );

  it.each([
    'package.json',
    'swagger-ui-bundle.js.map',
    'index.html',
    '../package.json',
    '%2e%2e/package.json',
    '%2e%2e%2fpackage.json',
    '/swagger-ui.css',
    'a%00b',
    'x'.repeat(300),
  ])('shows nothing else of the package that the page is made with: %s', async (file) => {
    const [answer] = await exchange(
      world.api.url,
      rawRequest('GET', `/docs/${file}`, '', { connection: 'close' }),
    );
    expect(problemOf(answer!)).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  });

  it.each(problemCodes)('explains %s: meaning, cause and what to do', async (code) => {
    const { status, type, body } = await text(`/problems/${code}`);
    expect([status, type]).toEqual([200, 'text/markdown; charset=utf-8']);
    const { title, meaning, cause, action } = problems[code];
    for (const part of [code, title, meaning, cause, action, String(problems[code].status)])
      expect(body).toContain(part);
  });

  it('explains no code that there is not', async () => {
    const answer = await world.api.send('GET', '/problems/claim_lost');
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/code' }] } });
  });
});
