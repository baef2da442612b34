import { expect, test } from 'vitest';
import { aborted, aRecord, gate, useWorld } from './support/world.js';

const world = useWorld();
const stop = new Error('stop');

test('a signal that is aborted already: no call is made', async () => {
  const seen = world.proxy.requests.length;
  const signal = AbortSignal.abort(stop);
  await expect(world.client().execute({ ...aRecord(), signal }, () => expect.unreachable())).rejects.toBe(
    stop,
  );
  await expect(world.client().get(aRecord(), { signal })).rejects.toBe(stop);
  expect(world.proxy.requests).toHaveLength(seen);
});

test('aborted between the grant and the operation: the claim is released with effect none', async () => {
  const record = aRecord();
  const controller = new AbortController();
  const client = world.client({
    hooks: { onCall: ({ operation }) => operation === 'claim' && controller.abort(stop) },
  });
  const { signal } = controller;
  await expect(client.execute({ ...record, signal }, () => expect.unreachable())).rejects.toBe(stop);
  expect(await world.direct.get(record)).toMatchObject({ state: 'released', attempt: 1 });
});

test('aborted while the claim is on its way: whatever was granted is released', async () => {
  const record = aRecord();
  const controller = new AbortController();
  const { proxy } = world;
  proxy.decide = () => {
    proxy.decide = () => undefined;
    controller.abort(stop);
    return { kind: 'cut' };
  };
  const { signal } = controller;
  await expect(world.client().execute({ ...record, signal }, () => expect.unreachable())).rejects.toBe(stop);
  expect(await world.direct.get(record)).toMatchObject({ state: 'released' });
});

test('aborted while waiting: the execution in flight is left alone', async () => {
  const record = aRecord();
  const controller = new AbortController();
  await world.direct.claim(record);
  const { proxy } = world;
  proxy.decide = () => {
    proxy.decide = () => undefined;
    controller.abort(stop);
    return undefined;
  };
  const { signal } = controller;
  await expect(world.client().execute({ ...record, signal }, () => expect.unreachable())).rejects.toBe(stop);
  expect(await world.direct.get(record)).toMatchObject({ state: 'in_progress', attempt: 1 });
});

test('a claim that the caller goes on with is not released: its operation may have run in a former life', async () => {
  const record = aRecord();
  const claimToken = crypto.randomUUID();
  await world.direct.claim({ ...record, claimToken });
  const controller = new AbortController();
  const client = world.client({ hooks: { onCall: () => controller.abort(stop) } });
  const options = { ...record, claimToken, signal: controller.signal };
  await expect(client.execute(options, () => expect.unreachable())).rejects.toBe(stop);
  expect(await world.direct.get(record)).toMatchObject({ state: 'in_progress' });
});

test('aborted while the operation runs: its signal is aborted with the same reason, and it decides', async () => {
  const record = aRecord();
  const controller = new AbortController();
  const begun = gate();
  const execution = world.client().execute({ ...record, signal: controller.signal }, async ({ signal }) => {
    begun.open();
    return (await aborted(signal)) === stop ? 'finished all the same' : 'another reason';
  });
  await begun.opened;
  controller.abort(stop);
  expect(await execution).toMatchObject({ value: 'finished all the same', replayed: false });
  expect(await world.direct.get(record)).toMatchObject({ state: 'completed' });
});

test('an abort ends the pause between attempts', async () => {
  const controller = new AbortController();
  world.proxy.decide = () => ({ kind: 'answer', status: 503, headers: { 'Retry-After': '5' } });
  const client = world.client({ retry: {}, hooks: { onRetry: () => controller.abort(stop) } });
  await expect(client.list({}, { signal: controller.signal })).rejects.toBe(stop);
  world.proxy.decide = () => undefined;
});
