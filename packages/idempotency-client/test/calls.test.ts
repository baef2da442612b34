import { describe, expect, test } from 'vitest';
import {
  ClaimLostError,
  FingerprintMismatchError,
  NotResolvableError,
  OutcomeUnknownError,
  ProblemError,
  RecordNotFoundError,
  RecordOpenError,
} from '../src/index.js';
import { aRecord, useWorld } from './support/world.js';

const world = useWorld();
const token = () => crypto.randomUUID();

test('a record’s life, call by call', async () => {
  const client = world.client();
  const record = { namespace: 'calls', key: 'order/17?#ä'.replace('ä', '%') };
  const claimToken = token();
  expect(await client.get(record)).toBeNull();
  const claim = await client.claim({ ...record, claimToken, leaseMs: 60_000 });
  expect(claim).toMatchObject({ decision: 'execute', ...record, claimToken });
  const { leaseExpiresAt } = await client.renew(record, { claimToken, leaseMs: 120_000 });
  expect(Date.parse(leaseExpiresAt)).toBeGreaterThan(Date.now());
  const kept = await client.checkpoint(record, { claimToken, name: 'half', data: { at: 1 } });
  expect(kept.checkpoint).toEqual({ name: 'half', data: { at: 1 } });
  expect(await client.release(record, { claimToken, effect: 'unknown' })).toEqual({
    state: 'outcome_unknown',
  });
  await expect(client.claim(record)).rejects.toBeInstanceOf(OutcomeUnknownError);
  await expect(client.delete(record)).rejects.toBeInstanceOf(RecordOpenError);
  const outcome = { status: 201, body: 'found downstream' };
  expect(await client.resolve(record, { resolution: 'completed', outcome })).toMatchObject({ outcome });
  await expect(client.resolve(record, { resolution: 'retry' })).rejects.toBeInstanceOf(NotResolvableError);
  expect(await client.claim(record)).toMatchObject({ decision: 'replay', outcome });
  expect(await client.get(record, { waitMs: 10 })).toMatchObject({ state: 'completed', outcome });
  await client.delete(record);
  await expect(client.delete(record)).rejects.toBeInstanceOf(RecordNotFoundError);
});

test('an open record is deleted by force', async () => {
  const record = aRecord();
  await world.client().claim(record);
  await world.client().delete(record, { force: true });
  expect(await world.client().get(record)).toBeNull();
});

describe('errors', () => {
  test('each is of its code’s class, with the problem', async () => {
    const record = aRecord();
    const claimToken = token();
    const client = world.client();
    await client.claim({ ...record, claimToken, fingerprint: 'a' });
    const mismatch = client.claim({ ...record, fingerprint: 'b' });
    await expect(mismatch).rejects.toBeInstanceOf(FingerprintMismatchError);
    await expect(mismatch).rejects.toMatchObject({
      code: 'FINGERPRINT_MISMATCH',
      status: 422,
      retryable: false,
    });
    const lost = client.complete(record, { claimToken: token(), outcome: {} });
    await expect(lost).rejects.toBeInstanceOf(ClaimLostError);
  });

  test('a code without a class of its own is a ProblemError that names the fields', async () => {
    const invalid = world.client().claim({ key: '' });
    await expect(invalid).rejects.toBeInstanceOf(ProblemError);
    await expect(invalid).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      problem: { errors: expect.arrayContaining([expect.objectContaining({ pointer: '/key' })]) },
    });
  });
});

describe('batches beyond the limit of one call', () => {
  const keys = Array.from({ length: 1_001 }, (_, index) => `batch-${index}`);

  test('claims and completions keep their order', async () => {
    const client = world.client();
    const claimToken = token();
    const claims = await client.claimBatch(keys.map((key) => ({ key, claimToken })));
    expect(claims.map((result) => 'key' in result && [result.status, result.key])).toEqual(
      keys.map((key) => [201, key]),
    );
    const completed = await client.completeBatch(
      keys.map((key, index) => ({
        key,
        claimToken: index === 700 ? token() : claimToken,
        outcome: { body: key },
      })),
    );
    expect(completed.map(({ status }) => status)).toEqual(
      keys.map((_, index) => (index === 700 ? 409 : 200)),
    );
    const again = await client.claimBatch(keys.slice(0, 2).map((key) => ({ key, waitMs: 5 })));
    expect(again).toMatchObject([{ outcome: { body: 'batch-0' } }, { outcome: { body: 'batch-1' } }]);
  });

  test('ids are first once', async () => {
    const client = world.client();
    expect((await client.firstSeen(keys)).size).toBe(keys.length);
    expect(await client.firstSeen([...keys, 'new', 'new'], { retentionMs: 60_000 })).toEqual(
      new Set(['new']),
    );
    expect(await client.firstSeen(['new'], { namespace: 'elsewhere' })).toEqual(new Set(['new']));
    expect(await client.deduplicate({ ids: ['x', 'x'] })).toEqual([
      { id: 'x', first: true },
      { id: 'x', first: false },
    ]);
  });

  test('none at all need no call', async () => {
    const seen = world.proxy.requests.length;
    expect(await world.client().claimBatch([])).toEqual([]);
    expect(await world.client().firstSeen([])).toEqual(new Set());
    expect(world.proxy.requests).toHaveLength(seen);
  });
});

test('records are walked over all their pages', async () => {
  const namespace = 'pages';
  const keys = Array.from({ length: 7 }, (_, index) => `k-${index}`);
  await world.client().claimBatch(keys.map((key) => ({ namespace, key })));
  const page = await world.client().list({ namespace, limit: 3 });
  expect(page.records).toHaveLength(3);
  expect(page.nextCursor).not.toBeNull();
  const walked: string[] = [];
  for await (const record of world.client().records({ namespace, state: 'in_progress', limit: 3 }))
    walked.push(record.key);
  expect(walked).toEqual(keys);
});

test('ready says whether claims can be answered, and never throws for the service', async () => {
  expect(await world.client().ready()).toBe(true);
  world.proxy.decide = () => ({ kind: 'drop' });
  expect(await world.client().ready()).toBe(false);
  world.proxy.decide = () => undefined;
});

test('every attempt carries the token of the moment, the headers and the path of the base URL', async () => {
  const sent: { url: string; headers: Record<string, string> }[] = [];
  let turn = 0;
  const client = world.client({
    baseUrl: `${world.proxy.url}/base/`,
    token: () => `token-${(turn += 1)}`,
    headers: { 'X-Caller': 'test' },
    fetch: async (input, init) => {
      const url = new URL(input);
      sent.push({ url: url.pathname, headers: init?.headers as Record<string, string> });
      if (sent.length === 1) throw new TypeError('the network is away');
      return fetch(new URL(url.pathname.replace('/base', ''), url), init);
    },
  });
  expect(await client.get({ key: 'a b' })).toBeNull();
  expect(sent.map(({ url }) => url)).toEqual(Array(2).fill('/base/v1/records/default/a%20b'));
  expect(sent.map(({ headers }) => headers.Authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  expect(sent[1]?.headers['X-Caller']).toBe('test');
});
