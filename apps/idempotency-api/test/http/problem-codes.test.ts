import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  limits,
  problemCodes,
  problems,
  problemType,
  type ProblemCode,
  type ProblemDetails,
} from '@infra-services/idempotency-contract';
import { createApp } from '../../src/app.factory.js';
import { readConfig } from '../../src/config/config.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { ApiClient } from '../support/api-client.js';
import { endLease, holdClaim } from '../support/arrange.js';
import { guardFiles, untilAnswered } from '../support/guard-files.js';
import { exchange } from '../support/raw-socket.js';
import { nothingPasses, whileClaimsAreStuck } from '../support/stuck-claims.js';
import { newKey, startWorld, useWorld, type World } from '../support/world.js';

/** An error answer, whichever way it came. */
interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: ProblemDetails;
}

/** Sends bytes that no HTTP client would, and reads the one answer. */
async function refusalOfBytes(url: string, bytes: string): Promise<Refusal> {
  const [answer] = await exchange(url, bytes);
  return { ...answer!, body: JSON.parse(answer!.text) as ProblemDetails };
}

/** A world of its own, for what would harm the others. */
async function inAWorldOfItsOwn(
  settings: NonNullable<Parameters<typeof startWorld>[0]>['settings'],
  act: (world: World) => Promise<Refusal>,
): Promise<Refusal> {
  const world = await startWorld({ settings: settings ?? {} });
  try {
    return await act(world);
  } finally {
    await world.close();
  }
}

/** A world of one token, for the namespace `default`, and of the policies. */
async function inAGuardedWorld(
  policies: object,
  act: (api: ApiClient) => Promise<Refusal>,
): Promise<Refusal> {
  const files = await guardFiles([{ namespaces: ['default'] }], policies);
  return inAWorldOfItsOwn(files.settings, ({ api }) => act(new ApiClient(api.url, files.tokens[0])));
}

/** One way to each code. The type makes the table total: a new code fails to compile until somebody has met it. */
const provocations: Record<ProblemCode, (world: World) => Promise<Refusal>> = {
  INVALID_REQUEST: ({ api }) => api.claim({ key: '' }),
  MALFORMED_JSON: ({ api }) => api.send('POST', '/v1/claims', { raw: '{"key":"a",}' }),
  MALFORMED_HTTP: ({ api }) => refusalOfBytes(api.url, 'GET / HTTP/9.9\r\n\r\n'),
  UNAUTHENTICATED: () => inAGuardedWorld({}, ({ url }) => new ApiClient(url).claim({ key: 'a' })),
  FORBIDDEN: () => inAGuardedWorld({}, (api) => api.get('a', '', 'elsewhere')),
  RATE_LIMITED: () =>
    inAGuardedWorld({ limits: [{ tenant: '*', requestsPerSecond: 0.001, burst: 1 }] }, async (api) => {
      await api.claim({ key: 'a' });
      return api.claim({ key: 'b' });
    }),
  QUOTA_EXCEEDED: () =>
    inAGuardedWorld({ limits: [{ tenant: '*', openClaims: 1 }] }, async (api) => {
      await holdClaim(api);
      return untilAnswered(() => api.claim({ key: newKey() }), 429);
    }),
  ROUTE_NOT_FOUND: ({ api }) => api.send('GET', '/v2/claims'),
  RECORD_NOT_FOUND: ({ api }) => api.get(newKey()),
  METHOD_NOT_ALLOWED: ({ api }) => api.send('GET', '/v1/claims'),
  REQUEST_TIMEOUT: async ({ database }) => {
    const config = readConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent', PORT: '0' });
    const app = await createApp(config, createLogger(config.LOG_LEVEL));
    Object.assign(app.getHttpServer(), {
      requestTimeout: 50,
      headersTimeout: 50,
      connectionsCheckingInterval: 10,
    });
    await app.listen(config.PORT, config.HOST);
    try {
      return await refusalOfBytes(await app.getUrl(), 'POST /v1/claims HTTP/1.1\r\nhost: test\r\n');
    } finally {
      await app.close();
    }
  },
  CLAIM_IN_PROGRESS: async ({ api }) => {
    const { key } = await holdClaim(api);
    return api.claim({ key });
  },
  OUTCOME_UNKNOWN: async ({ api, database }) => {
    const { key } = await holdClaim(api);
    await endLease(database, key);
    return api.claim({ key });
  },
  CLAIM_LOST: async ({ api }) => {
    const { key } = await holdClaim(api);
    return api.complete(key, { claimToken: randomUUID(), outcome: {} });
  },
  OUTCOME_CONFLICT: async ({ api }) => {
    const { key, claimToken } = await holdClaim(api);
    await api.complete(key, { claimToken, outcome: { status: 200 } });
    return api.complete(key, { claimToken, outcome: { status: 201 } });
  },
  NOT_RESOLVABLE: async ({ api }) => {
    const { key } = await holdClaim(api);
    return api.act('resolve', key, { resolution: 'retry' });
  },
  RECORD_OPEN: async ({ api }) => {
    const { key } = await holdClaim(api);
    return api.send('DELETE', `/v1/records/default/${key}`);
  },
  OUTCOME_TOO_LARGE: async ({ api }) => {
    const { key, claimToken } = await holdClaim(api);
    return api.complete(key, { claimToken, outcome: { body: 'A'.repeat(limits.outcomeMaxBytes) } });
  },
  CHECKPOINT_TOO_LARGE: async ({ api }) => {
    const { key, claimToken } = await holdClaim(api);
    return api.act('checkpoint', key, { claimToken, name: 'n', data: 'A'.repeat(limits.checkpointMaxBytes) });
  },
  PAYLOAD_TOO_LARGE: () =>
    inAWorldOfItsOwn({ MAX_BODY_BYTES: '1024' }, ({ api }) =>
      api.claim({ key: 'a', request: 'A'.repeat(1_024) }),
    ),
  UNSUPPORTED_MEDIA_TYPE: ({ api }) =>
    api.send('POST', '/v1/claims', {
      raw: 'key=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  FINGERPRINT_MISMATCH: async ({ api }) => {
    const { key } = await holdClaim(api, { request: 1 });
    return api.claim({ key, request: 2 });
  },
  HEADERS_TOO_LARGE: ({ api }) =>
    refusalOfBytes(
      api.url,
      `GET /health/live HTTP/1.1\r\nhost: test\r\ncookie: ${'a'.repeat(16 * 1024)}\r\n\r\n`,
    ),
  INTERNAL_ERROR: () =>
    inAWorldOfItsOwn({}, async ({ api, database }) => {
      await database.pool.query('DROP TABLE idempotency_record CASCADE');
      return api.claim({ key: 'a' });
    }),
  RECORD_UNREADABLE: async ({ api, database }) => {
    const { key, claimToken } = await holdClaim(api);
    await api.complete(key, { claimToken, outcome: { status: 200 } });
    await database.pool.query(`UPDATE record_by_parts SET outcome = '\\xc1' WHERE key = $1`, [key]);
    return api.get(key);
  },
  STORE_UNAVAILABLE: () =>
    // Port 1 is reserved, and nobody listens there.
    inAWorldOfItsOwn({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, ({ api }) => api.claim({ key: 'a' })),
  OVERLOADED: () =>
    inAWorldOfItsOwn({ BATCH_MAX_QUEUED: '1', ...nothingPasses }, async (world) => {
      const { api } = world;
      let others: Promise<Refusal>[] = [];
      const refused = await whileClaimsAreStuck(world, () => {
        // One of these queues behind the statement that is stuck, and there is no room for the other.
        others = [api.claim({ key: newKey() }), api.claim({ key: newKey() })];
        return Promise.race(others);
      });
      await Promise.all(others);
      return refused;
    }),
};

describe('a problem', () => {
  const world = useWorld();
  const seen = new Set<string>();

  it.each(problemCodes)('%s is what a caller gets, as the table of problems has it', async (code) => {
    const { status, headers, body } = await provocations[code](world);
    seen.add(body.code);
    expect(body).toMatchObject({
      type: problemType(code),
      title: problems[code].title,
      status: problems[code].status,
      retryable: problems[code].retryable,
      code,
      instance: expect.stringMatching(/^\//),
      requestId: headers['x-request-id'],
    });
    expect(status).toBe(problems[code].status);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body.detail).not.toBe('');
    expect(JSON.stringify(body)).not.toMatch(/\bat .*:\d+:\d+|node_modules|SELECT|INSERT|idempotency_record/);
  });

  it.each([
    'CLAIM_IN_PROGRESS',
    'RATE_LIMITED',
    'QUOTA_EXCEEDED',
    'STORE_UNAVAILABLE',
    'OVERLOADED',
  ] as const)(
    '%s says when to ask again, in seconds for HTTP and in milliseconds for programs',
    async (code) => {
      const { headers, body } = await provocations[code](world);
      expect(headers['retry-after']).toBe(String(Math.ceil(body.retryAfterMs! / 1000)));
      expect(body.retryAfterMs).toBeGreaterThan(0);
    },
  );

  it('of every code can be met by a caller', () => {
    expect([...seen].sort()).toEqual([...problemCodes].sort());
  });

  it('has a page of its own where its type points', async () => {
    const { body } = await provocations.RECORD_NOT_FOUND(world);
    const page = await fetch(new URL(body.type, world.api.url));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(body.code);
  });
});
