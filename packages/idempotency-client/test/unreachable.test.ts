import { problemMediaType, problems, type ProblemDetails } from '@infra-services/idempotency-contract';
import { afterEach, describe, expect, test } from 'vitest';
import {
  ClaimInProgressError,
  ProblemError,
  ServiceOverloadedError,
  ServiceUnreachableError,
  StoreUnavailableError,
} from '../src/index.js';
import type { Fault } from './support/fault-proxy.js';
import { aRecord, useWorld } from './support/world.js';

const world = useWorld();

afterEach(() => {
  world.proxy.decide = () => undefined;
});

/** Meets the next requests, one after the other, and lets the rest pass; gives the number of requests so far. */
function meet(...faults: Fault[]): () => number {
  let count = 0;
  world.proxy.decide = () => faults[count++];
  return () => count;
}

const json = { 'Content-Type': 'application/json' };
const page: Fault = {
  kind: 'answer',
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  body: '<h1>Bad</h1>',
};

function problem(code: 'OVERLOADED' | 'STORE_UNAVAILABLE' | 'INTERNAL_ERROR' | 'CLAIM_IN_PROGRESS'): Fault {
  const { status, title, retryable } = problems[code];
  const details = { type: `/problems/${code}`, title, status, detail: title, instance: '/', requestId: 'r' };
  const body: ProblemDetails = { ...details, code, retryable, retryAfterMs: 1 };
  return {
    kind: 'answer',
    status,
    headers: { 'Content-Type': problemMediaType },
    body: JSON.stringify(body),
  };
}

describe('repeated, until the service answers', () => {
  test.each<[string, Fault]>([
    ['a request that was lost', { kind: 'drop' }],
    ['an answer that was lost', { kind: 'cut' }],
    ['a proxy’s page', page],
    ['a bare 503', { kind: 'answer', status: 503 }],
    ['a gateway that ran out of time', { kind: 'answer', status: 504 }],
    ['a proxy’s 408', { kind: 'answer', status: 408 }],
    ['an overloaded service', problem('OVERLOADED')],
    ['a store that is away', problem('STORE_UNAVAILABLE')],
    ['a defect', problem('INTERNAL_ERROR')],
    ['a success without a body', { kind: 'answer', status: 201 }],
    ['a success that is not JSON', { kind: 'answer', status: 200, body: 'OK' }],
    [
      'a grant of another shape',
      { kind: 'answer', status: 201, headers: json, body: '{"decision":"execute"}' },
    ],
  ])('%s', async (_name, fault) => {
    const count = meet(fault, fault);
    const claimToken = crypto.randomUUID();
    const decision = await world.client().claim({ ...aRecord(), claimToken });
    expect(decision).toMatchObject({ decision: 'execute', claimToken, attempt: 1 });
    expect(count()).toBe(3);
  });

  test('a claim that names no token is given one, so that its repetition is the same claim', async () => {
    meet({ kind: 'cut' });
    expect(await world.client().claim(aRecord())).toMatchObject({ decision: 'execute', attempt: 1 });
  });

  test('an attempt that takes longer than its time', async () => {
    const count = meet({ kind: 'latency', ms: 10_000 });
    expect(await world.client({ timeoutMs: 1_000 }).ready({ retry: { maxAttempts: 3 } })).toBe(true);
    expect(count()).toBeGreaterThan(1);
  });

  test('a deletion whose answer was lost has been done', async () => {
    const record = aRecord();
    await world.client().execute(record, () => 'done');
    meet({ kind: 'cut' });
    await world.client().delete(record);
    expect(await world.client().get(record)).toBeNull();
  });
});

describe('not repeated', () => {
  test.each<[string, Fault]>([
    ['a redirect', { kind: 'answer', status: 307, headers: { Location: '/v1/claims' } }],
    ['another server’s 404', { kind: 'answer', status: 404, body: 'not here' }],
    ['a proxy that wants a password', { kind: 'answer', status: 401, body: 'who are you?' }],
  ])('%s is not the service', async (_name, fault) => {
    const count = meet(fault, fault);
    await expect(world.client().claim(aRecord())).rejects.toBeInstanceOf(ServiceUnreachableError);
    expect(count()).toBe(1);
  });

  test('an execution in flight', async () => {
    const count = meet(problem('CLAIM_IN_PROGRESS'));
    await expect(world.client().claim(aRecord())).rejects.toBeInstanceOf(ClaimInProgressError);
    expect(count()).toBe(1);
  });

  test('any call that asks not to be', async () => {
    const count = meet(page);
    await expect(world.client().get(aRecord(), { retry: false })).rejects.toMatchObject({ attempts: 1 });
    expect(count()).toBe(1);
  });
});

test('a grant to somebody else is never taken for one’s own', async () => {
  const decision = await world.direct.claim(aRecord());
  const grant: Fault = { kind: 'answer', status: 201, headers: json, body: JSON.stringify(decision) };
  meet(grant, grant, grant, grant, grant);
  const refused = world.client().execute(aRecord(), () => expect.unreachable());
  await expect(refused).rejects.toBeInstanceOf(ServiceUnreachableError);
});

test('when attempts run out the service’s own last word is thrown', async () => {
  meet(page, page, page, problem('STORE_UNAVAILABLE'));
  await expect(world.client().list()).rejects.toBeInstanceOf(StoreUnavailableError);
  meet(problem('OVERLOADED'), page, page, page);
  await expect(world.client().list()).rejects.toMatchObject({ name: 'ServiceUnreachableError', attempts: 4 });
});

test('a Retry-After beyond the time that is left ends the call at once', async () => {
  const busy: Fault = { kind: 'answer', status: 503, headers: { 'Retry-After': '3600' } };
  const count = meet(busy);
  await expect(world.client().list()).rejects.toBeInstanceOf(ServiceUnreachableError);
  expect(count()).toBe(1);
});

test('nothing runs while the service says that it cannot', async () => {
  world.proxy.decide = () => problem('OVERLOADED');
  const refused = world.client().execute(aRecord(), () => expect.unreachable());
  await expect(refused).rejects.toBeInstanceOf(ServiceOverloadedError);
  await expect(refused).rejects.toBeInstanceOf(ProblemError);
});

test.each<[string, Fault, typeof ServiceUnreachableError | typeof StoreUnavailableError]>([
  ['nobody answers', page, ServiceUnreachableError],
  ['the service says that it cannot', problem('STORE_UNAVAILABLE'), StoreUnavailableError],
])(
  'a claim that is given up with its answer lost, as %s, is released: the next one executes',
  async (_, fault, told) => {
    const record = aRecord();
    meet({ kind: 'cut' }, fault, fault, fault);
    await expect(world.client().execute(record, () => expect.unreachable())).rejects.toBeInstanceOf(told);
    expect(await world.client().execute(record, () => 'now')).toMatchObject({
      value: 'now',
      replayed: false,
    });
  },
);

test('a claim by a token that the caller brought stays: its operation may have run in a former life', async () => {
  const record = aRecord();
  const claimToken = crypto.randomUUID();
  meet({ kind: 'cut' }, page, page, page);
  await expect(
    world.client().execute({ ...record, claimToken }, () => expect.unreachable()),
  ).rejects.toBeInstanceOf(ServiceUnreachableError);
  expect(await world.direct.get(record)).toMatchObject({ state: 'in_progress', attempt: 1 });
});
