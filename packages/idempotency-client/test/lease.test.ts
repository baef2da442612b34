import { describe, expect, test } from 'vitest';
import {
  ClaimLostError,
  OutcomeNotRecordedError,
  OwnershipLostError,
  type OwnershipLostEvent,
} from '../src/index.js';
import { stall, type StallReport } from './support/stalls.js';
import { aborted, aRecord, gate, useWorld } from './support/world.js';

const world = useWorld();

const isRenewal = ({ path }: { path: string }) => path.endsWith('/renew');

/** Lets requests pass until `count` renewals have been seen. */
function renewals(count: number): Promise<void> {
  const seen = gate();
  let left = count;
  world.proxy.decide = (request) => {
    if (isRenewal(request) && --left === 0) seen.open();
    return undefined;
  };
  return seen.opened;
}

test('an operation that outlives its lease keeps its claim by renewals', async () => {
  const renewed = renewals(4);
  const execution = await world.client().execute({ ...aRecord(), leaseMs: 3_000 }, async ({ signal }) => {
    await renewed;
    return signal.aborted;
  });
  expect(execution).toMatchObject({ value: false, attempt: 1 });
});

test('renewals end with the operation', async () => {
  const renewed = renewals(1);
  await world.client().execute({ ...aRecord(), leaseMs: 300 }, () => renewed);
  // One that was on its way has arrived when a later call is answered.
  const other = aRecord();
  await world.client().claim(other);
  const seen = world.proxy.requests.filter(isRenewal).length;
  // Two leases.
  await world.direct.get(other, { waitMs: 600 });
  expect(world.proxy.requests.filter(isRenewal)).toHaveLength(seen);
});

test('renewals that fail for a while do not cost the claim', async () => {
  const record = aRecord();
  const recovered = gate();
  let failures = 0;
  world.proxy.decide = (request) => {
    if (!isRenewal(request)) return undefined;
    if (failures < 2) {
      failures += 1;
      return failures === 1 ? { kind: 'drop' } : { kind: 'cut' };
    }
    recovered.open();
    return undefined;
  };
  const execution = await world.client().execute({ ...record, leaseMs: 6_000 }, async ({ signal }) => {
    await recovered.opened;
    return signal.aborted;
  });
  expect(execution.value).toBe(false);
  expect(failures).toBe(2);
});

test('without any renewal within the lease ownership is presumed lost, and the outcome is stored all the same', async () => {
  const record = aRecord();
  const events: OwnershipLostEvent[] = [];
  world.proxy.decide = (request) => (isRenewal(request) ? { kind: 'drop' } : undefined);
  const client = world.client({ hooks: { onOwnershipLost: (event) => events.push(event) } });
  const startedAt = performance.now();
  let heldForMs = 0;
  const execution = await client.execute({ ...record, leaseMs: 400 }, async ({ signal }) => {
    const reason = await aborted(signal);
    heldForMs = performance.now() - startedAt;
    expect(reason).toBeInstanceOf(OwnershipLostError);
    return 'done';
  });
  world.proxy.decide = () => undefined;
  // Timers count whole milliseconds.
  expect(heldForMs).toBeGreaterThan(399);
  expect(execution).toMatchObject({ value: 'done', replayed: false });
  expect((await world.direct.get(record))?.outcome).toEqual({ body: 'done' });
  const { attempt, fencingToken } = execution;
  expect(events).toEqual([{ ...record, attempt, fencingToken, reason: 'lease-over' }]);
});

test('a claim that was taken away aborts the operation at the next renewal, and its outcome is not stored', async () => {
  const record = aRecord();
  const events: OwnershipLostEvent[] = [];
  const client = world.client({ hooks: { onOwnershipLost: (event) => events.push(event) } });
  world.proxy.decide = () => undefined;
  const lost = client.execute({ ...record, leaseMs: 3_000 }, async ({ signal, claimToken }) => {
    await world.direct.release(record, { claimToken, effect: 'none' });
    await world.direct.claim(record);
    expect(((await aborted(signal)) as OwnershipLostError).cause).toBeInstanceOf(ClaimLostError);
    return 'late';
  });
  await expect(lost).rejects.toBeInstanceOf(OutcomeNotRecordedError);
  await expect(lost).rejects.toMatchObject({ cause: expect.any(ClaimLostError) });
  expect(events).toMatchObject([{ ...record, reason: 'claim-lost' }]);
});

test('a checkpoint that is refused aborts the operation too', async () => {
  const record = aRecord();
  const lost = world.client().execute(record, async ({ signal, claimToken, checkpoint }) => {
    await world.direct.release(record, { claimToken, effect: 'none' });
    await expect(checkpoint('too-late')).rejects.toBeInstanceOf(ClaimLostError);
    return signal.reason as unknown;
  });
  await expect(lost).rejects.toMatchObject({ value: expect.any(OwnershipLostError) });
});

test('an operation whose lease may be over before it begins does not run, and its claim is let go of', async () => {
  const record = aRecord();
  world.proxy.decide = ({ path }) => (path.endsWith('/claims') ? { kind: 'latency', ms: 300 } : undefined);
  let runs = 0;
  const execution = world.client().execute({ ...record, leaseMs: 200 }, () => (runs += 1));
  await expect(execution).rejects.toThrow(OwnershipLostError);
  world.proxy.decide = () => undefined;
  expect(runs).toBe(0);
  expect(await world.direct.get(record)).toMatchObject({ state: 'released' });
});

describe('an event loop that was blocked for longer than the lease', () => {
  /** A process of its own blocks; `meanwhile` begins when its operation runs. */
  async function blocked(
    onLeaseExpiry: 'block' | 'takeover',
    meanwhile: () => Promise<unknown>,
    key: string,
  ) {
    const reports: StallReport[] = [];
    let other: Promise<unknown> | undefined;
    const request = {
      baseUrl: world.service.url,
      namespace: 'test',
      keys: [key],
      leaseMs: 500,
      blockMs: 2_000,
    };
    await stall({ ...request, onLeaseExpiry }, (report) => {
      reports.push(report);
      if (report.kind === 'effect') other = meanwhile();
    });
    return { other: await other, ended: reports.find(({ kind }) => kind === 'ended') };
  }

  test('under block: nobody else ran, the signal is aborted, and the outcome is stored', async () => {
    const record = aRecord();
    const { other, ended } = await blocked(
      'block',
      () =>
        world.direct
          .execute(record, () => expect.unreachable())
          .then(
            () => 'replayed',
            (error: unknown) => (error as Error).name,
          ),
      record.key,
    );
    expect(other).toBe('OutcomeUnknownError');
    expect(ended).toMatchObject({ value: `stalled ${record.key}`, abortedBy: 'OwnershipLostError' });
    const replay = await world.direct.execute(record, () => expect.unreachable());
    expect(replay).toMatchObject({ value: `stalled ${record.key}`, attempt: 1 });
  });

  test('under takeover: the other’s outcome counts, and the one who was blocked is told', async () => {
    const record = aRecord();
    const { other, ended } = await blocked(
      'takeover',
      async () => (await world.direct.execute(record, () => 'taken over')).value,
      record.key,
    );
    expect(other).toBe('taken over');
    expect(ended).toMatchObject({
      error: 'OutcomeNotRecordedError',
      cause: 'ClaimLostError',
      abortedBy: 'OwnershipLostError',
    });
    const replay = await world.direct.execute(record, () => expect.unreachable());
    expect(replay).toMatchObject({ value: 'taken over', attempt: 2 });
  });
});
