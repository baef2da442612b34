import type { JsonValue } from '@infra-services/idempotency-contract';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  ClaimInProgressError,
  FingerprintMismatchError,
  IdempotencyClient,
  jsonOutcome,
  OutcomeNotRecordedError,
  ServiceUnreachableError,
  type OutcomeSerializer,
} from '../src/index.js';
import { aRecord, gate, useWorld } from './support/world.js';

const world = useWorld();

test('a duplicate is given the stored value and runs nothing', async () => {
  const record = aRecord();
  const request = { amount: 1250 };
  const first = await world.client().execute({ ...record, request }, () => ({ chargeId: 'ch_91' }));
  const second = await world.client().execute<unknown>({ ...record, request }, () => expect.unreachable());
  expect(first).toMatchObject({ value: { chargeId: 'ch_91' }, replayed: false, attempt: 1 });
  expect(first.fencingToken).toBeGreaterThan(0);
  expect(second).toEqual({ ...first, replayed: true, fencingToken: null });
  expect(second.expiresAt.getTime()).toBeGreaterThan(second.completedAt.getTime());
});

test('the same key for another request is refused', async () => {
  const record = aRecord();
  await world.client().execute({ ...record, request: { amount: 1 } }, () => 'done');
  const other = world.client().execute({ ...record, request: { amount: 2 } }, () => expect.unreachable());
  await expect(other).rejects.toBeInstanceOf(FingerprintMismatchError);
});

test('the operation is told its claim, and the record names its owner', async () => {
  const record = aRecord();
  const claimToken = crypto.randomUUID();
  await world.client({ owner: 'billing-1' }).execute({ ...record, claimToken }, async (context) => {
    const inFlight = await world.direct.get(record);
    expect(inFlight).toMatchObject({ owner: 'billing-1', fencingToken: context.fencingToken });
    expect(context).toMatchObject({ ...record, claimToken, attempt: 1, recovered: null });
  });
  expect((await world.direct.get(record))?.state).toBe('completed');
});

test.each<[string, JsonValue | undefined]>([
  ['undefined', undefined],
  ['null', null],
  ['an empty text', ''],
  ['zero', 0],
  ['false', false],
  ['an empty list', []],
])('%s comes back as it is, to the executor and to duplicates', async (_name, value) => {
  const record = aRecord();
  const first = await world.client().execute({ ...record }, () => value);
  const second = await world.client().execute<typeof value>(record, () => expect.unreachable());
  expect([first.value, second.value]).toStrictEqual([value, value]);
  expect((await world.direct.get(record))?.outcome).toStrictEqual(value === undefined ? {} : { body: value });
});

describe('serializers', () => {
  const Charge = z.object({ id: z.string(), at: z.coerce.date() });

  test('a zod schema types the value and reads it back alike for everybody', async () => {
    const record = aRecord();
    const serializer = jsonOutcome(Charge);
    const at = new Date('2026-11-21T09:30:00Z');
    const first = await world.client().execute({ ...record, serializer }, () => ({ id: 'ch_1', at }));
    const second = await world.client().execute({ ...record, serializer }, () => expect.unreachable());
    expect([first.value, second.value]).toStrictEqual([
      { id: 'ch_1', at },
      { id: 'ch_1', at },
    ]);
  });

  test('a stored body that the schema refuses is an error, not a value', async () => {
    const record = aRecord();
    await world.client().execute(record, () => ({ id: 7 }));
    const typed = world
      .client()
      .execute({ ...record, serializer: jsonOutcome(Charge) }, () => expect.unreachable());
    await expect(typed).rejects.toBeInstanceOf(z.ZodError);
  });

  test('a serializer of one’s own decides on status, headers and encoding', async () => {
    const record = aRecord();
    const bytes: OutcomeSerializer<Uint8Array> = {
      toOutcome: (value) => ({
        status: 201,
        body: Buffer.from(value).toString('base64'),
        encoding: 'base64',
      }),
      fromOutcome: ({ body }) => new Uint8Array(Buffer.from(body as string, 'base64')),
    };
    const value = new Uint8Array([0, 255, 10]);
    await world.client().execute({ ...record, serializer: bytes }, () => value);
    const replay = await world.client().execute({ ...record, serializer: bytes }, () => expect.unreachable());
    expect(replay.value).toStrictEqual(value);
  });

  test('a value that cannot be serialized leaves the claim held and is handed back', async () => {
    const record = aRecord();
    const error = await world
      .client()
      .execute(record, () => 10n)
      .catch((cause: unknown) => cause as OutcomeNotRecordedError);
    expect(error).toBeInstanceOf(OutcomeNotRecordedError);
    expect(error).toMatchObject({ ...record, value: 10n, outcome: undefined });
    expect((await world.direct.get(record))?.state).toBe('in_progress');
  });
});

describe('waiting', () => {
  test('a duplicate waits for the execution in flight and is given its outcome', async () => {
    const record = aRecord();
    const [begun, finish] = [gate(), gate()];
    const first = world.client().execute(record, async () => {
      begun.open();
      await finish.opened;
      return 'done';
    });
    await begun.opened;
    const second = world.client().execute(record, () => expect.unreachable());
    finish.open();
    expect(await first).toMatchObject({ value: 'done', replayed: false });
    expect(await second).toMatchObject({ value: 'done', replayed: true });
  });

  test.each([0, 300])(
    'an execution in flight for longer than waitMs=%i is ClaimInProgressError',
    async (waitMs) => {
      const record = aRecord();
      await world.direct.claim({ ...record, leaseMs: 60_000 });
      const startedAt = performance.now();
      const refused = world.client().execute({ ...record, waitMs }, () => expect.unreachable());
      await expect(refused).rejects.toBeInstanceOf(ClaimInProgressError);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(waitMs);
    },
  );

  test('a waiter becomes the executor when the holder lets go, with a lease that has just begun', async () => {
    const record = aRecord();
    const claimToken = crypto.randomUUID();
    await world.direct.claim({ ...record, claimToken });
    const { client, proxy } = world;
    const seen = proxy.requests.length;
    const waiting = client().execute({ ...record, leaseMs: 3_000 }, ({ attempt, signal }) => ({
      attempt,
      aborted: signal.aborted,
    }));
    await expect.poll(() => proxy.requests.length).toBeGreaterThan(seen);
    // Longer than a third of the waiter's lease, which is reckoned from before it began to wait.
    await world.direct.get(record, { waitMs: 1_100 });
    await world.direct.release(record, { claimToken, effect: 'none' });
    expect((await waiting).value).toEqual({ attempt: 2, aborted: false });
    expect(proxy.requests.slice(seen).filter(({ path }) => path === '/v1/claims')).toHaveLength(2);
  });
});

test('a checkpoint reaches whoever executes next', async () => {
  const record = aRecord();
  const lost = world.client().execute({ ...record, onError: () => 'nothing-happened' }, async (context) => {
    await context.checkpoint('started');
    await context.checkpoint('charge-created', { chargeId: 'ch_91' });
    throw new Error('not finished');
  });
  await expect(lost).rejects.toThrow('not finished');
  const next = await world.client().execute(record, ({ recovered }) => recovered);
  expect(next).toMatchObject({ value: { name: 'charge-created', data: { chargeId: 'ch_91' } }, attempt: 2 });
});

test('a key that no path can name is refused before it is claimed', async () => {
  const { client, proxy } = world;
  const seen = proxy.requests.length;
  await expect(client().execute({ key: '..' }, () => expect.unreachable())).rejects.toThrow(TypeError);
  expect(proxy.requests).toHaveLength(seen);
});

test('nothing runs where the service cannot be reached', async () => {
  const client = new IdempotencyClient({
    baseUrl: 'http://127.0.0.1:1',
    retry: { maxAttempts: 2, baseDelayMs: 1 },
  });
  const unreachable = client.execute(aRecord(), () => expect.unreachable());
  await expect(unreachable).rejects.toBeInstanceOf(ServiceUnreachableError);
  await expect(unreachable).rejects.toMatchObject({ attempts: 2 });
});
