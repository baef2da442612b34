import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { expectDiscretion } from '../support/discretion.js';
import { lookUps } from '../support/metrics.js';
import { startCollector, type CollectedSpan, type OtlpCollector } from '../support/otlp-collector.js';
import { startRedis } from '../support/redis.js';
import { newKey, startWorld, type World } from '../support/world.js';

/** A busy machine. */
const LATE = { timeout: 15_000 };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const traceparent = (flags: string): Record<string, string> => ({
  traceparent: `00-${TRACE}-${CALLER}-${flags}`,
});

let collector: OtlpCollector;

beforeEach(async () => {
  collector = await startCollector();
});

afterEach(async () => {
  await collector.close();
});

/** Does it in a service that is traced, and stops that, which sends every span. */
async function traced(
  act: (world: World) => Promise<unknown>,
  settings: Record<string, string> = {},
): Promise<CollectedSpan[]> {
  const world = await startWorld({
    settings: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...settings },
  });
  try {
    await act(world);
  } finally {
    await world.close();
  }
  expectDiscretion(collector.bodies);
  return collector.spans();
}

const one = (spans: CollectedSpan[], name: string): CollectedSpan => {
  const found = spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe('a traced call', () => {
  it('is a part of its caller’s trace, through the batch to the statement', async () => {
    let answered = '';
    const spans = await traced(async ({ api }) => {
      const { headers } = await api.claim({ key: newKey() }, { headers: traceparent('01') });
      answered = String(headers.traceresponse);
    });
    const call = one(spans, 'POST /v1/claims');
    expect(call).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2 });
    expect(call.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/claims',
      'http.response.status_code': 201,
      'idempotency.operation': 'claim',
    });
    expect(answered).toBe(`00-${TRACE}-${call.spanId}-01`);
    const batch = one(spans, 'batch claim');
    expect(batch).toMatchObject({ traceId: TRACE, parentSpanId: call.spanId });
    const statement = one(spans, 'grant_first_claims_one');
    expect(statement).toMatchObject({ traceId: TRACE, parentSpanId: batch.spanId, kind: 3 });
    expect(statement.attributes).toMatchObject({ 'db.system.name': 'postgresql' });
  });

  it('goes through statements that are not batched', async () => {
    const spans = await traced(({ api }) => api.send('GET', '/v1/records'));
    expect(one(spans, 'list_records').parentSpanId).toBe(one(spans, 'GET /v1/records').spanId);
  });

  it('shares its batch with others: linked with all of them, both ways', async () => {
    const calls = 40;
    const spans = await traced(({ api }) =>
      Promise.all(Array.from({ length: calls }, () => api.claim({ key: newKey() }))),
    );
    const claims = spans.filter((span) => span.name === 'POST /v1/claims');
    const batches = spans.filter((span) => span.name === 'batch claim');
    expect(claims).toHaveLength(calls);
    expect(Math.max(...batches.map((batch) => batch.links.length))).toBeGreaterThan(1);
    const idsOf = (links: CollectedSpan['links']): string[] => links.map((link) => link.spanId);
    expect(batches.flatMap((batch) => idsOf(batch.links)).sort()).toEqual(idsOf(claims).sort());
    for (const claim of claims) {
      const batch = batches.find(({ links }) => idsOf(links).includes(claim.spanId))!;
      expect(idsOf(claim.links)).toEqual([batch.spanId]);
    }
  });

  it('is linked once with the batch of its many claims', async () => {
    const spans = await traced(({ api }) => api.claimBatch([{ key: newKey() }, { key: newKey() }]));
    expect(one(spans, 'batch claim').links).toHaveLength(1);
    expect(one(spans, 'batch claim').attributes['idempotency.batch.size']).toBe(2);
  });

  it('says what it was refused with, and what failed', async () => {
    const spans = await traced(async ({ api, database }) => {
      await api.act('renew', newKey(), { claimToken: crypto.randomUUID() });
      await database.pool.query('ALTER TABLE audit_entry RENAME TO gone');
      await api.send('GET', '/v1/audit');
    });
    const refused = one(spans, 'POST /v1/records/:namespace/:key/renew');
    expect(refused).toMatchObject({ status: {}, attributes: { 'error.type': 'RECORD_NOT_FOUND' } });
    const failed = one(spans, 'GET /v1/audit');
    expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'INTERNAL_ERROR' } });
    expect(one(spans, 'list_audit_entries')).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'StoreFailure' },
    });
  });

  it('goes through Redis', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const spans = await traced(
      ({ api }) =>
        // Redis is asked once the replica knows what was deleted.
        vi.waitFor(async () => {
          await api.claim({ key: newKey() });
          expect(await lookUps(api, 'shared', 'miss')).toBeGreaterThan(0);
        }, LATE),
      { REDIS_URL: redis.url, REPLAY_CACHE_LEASE_MS: '60000', REDIS_TIMEOUT_MS: '10000' },
    );
    // One that was asked for before there was a connection is a failure.
    const get = spans.find((span) => span.name === 'GET' && !('error.type' in span.attributes));
    const call = spans.find((span) => span.spanId === get?.parentSpanId);
    expect(call).toMatchObject({ name: 'POST /v1/claims', traceId: get?.traceId });
    expect(get).toMatchObject({ kind: 3 });
    expect(get?.attributes).toEqual({ 'db.system.name': 'redis', 'db.operation.name': 'GET' });
  });

  it('makes no spans where the caller records none', async () => {
    const spans = await traced(async ({ api }) => {
      const { headers } = await api.claim({ key: newKey() }, { headers: traceparent('00') });
      expect(headers.traceresponse).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`, 'u'));
    });
    expect(spans).toEqual([]);
  });

  it('makes no spans for the share of traces that is left out', async () => {
    const spans = await traced(({ api }) => api.claim({ key: newKey() }), { OTEL_TRACES_SAMPLER_ARG: '0' });
    expect(spans).toEqual([]);
  });

  it('reaches a collector that wants a credential', async () => {
    await traced(({ api }) => api.claim({ key: newKey() }), {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc,x-team=payments',
    });
    expect(collector.requests[0]).toMatchObject({
      path: '/v1/traces',
      headers: { authorization: 'Bearer abc', 'x-team': 'payments' },
    });
  });
});

it('a collector that is away costs spans and no call', async () => {
  const { url } = collector;
  await collector.close();
  const world = await startWorld({ settings: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
  expect((await world.api.claim({ key: newKey() })).status).toBe(201);
  await world.close();
  collector = await startCollector();
});

it('a collector that takes spans and never answers holds up no call, and the end only for a few seconds', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(
    0,
    '127.0.0.1',
  );
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const world = await startWorld({
    settings: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
  });
  for (let n = 0; n < 3; n++) {
    const answers = await Promise.all(Array.from({ length: 600 }, () => world.api.claim({ key: newKey() })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  }
  await world.close();
}, 60_000);

it('without a collector nothing is traced, and answers name no span', async () => {
  const world = await startWorld();
  onTestFinished(() => world.close());
  const { headers } = await world.api.claim({ key: newKey() }, { headers: traceparent('01') });
  expect(headers).not.toHaveProperty('traceresponse');
});
