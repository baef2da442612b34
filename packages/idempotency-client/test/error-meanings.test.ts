import { describe, expect, test } from 'vitest';
import {
  ClaimLostError,
  NothingHappened,
  OutcomeConflictError,
  OutcomeNotRecordedError,
  OutcomeTooLargeError,
  OutcomeUnknownError,
  ServiceUnreachableError,
  StoredFailure,
} from '../src/index.js';
import { aRecord, useWorld } from './support/world.js';

const world = useWorld({ MAX_OUTCOME_BYTES: '1024' });

class CardDeclined extends Error {}

function fails(error: unknown): () => never {
  return () => {
    throw error;
  };
}

const stateOf = async (record: { namespace: string; key: string }) => (await world.direct.get(record))?.state;

test('an error of the operation means unknown: it is rethrown, and nobody executes again', async () => {
  const record = aRecord();
  const error = new Error('connection reset while charging');
  await expect(world.client().execute(record, fails(error))).rejects.toBe(error);
  expect(await stateOf(record)).toBe('outcome_unknown');
  await expect(world.client().execute(record, () => expect.unreachable())).rejects.toBeInstanceOf(
    OutcomeUnknownError,
  );
});

test('an onError that throws knows no more than none: unknown', async () => {
  const record = aRecord();
  const error = new Error('mine');
  await expect(world.client().execute({ ...record, onError: fails('oops') }, fails(error))).rejects.toBe(
    error,
  );
  expect(await stateOf(record)).toBe('outcome_unknown');
});

test.each([
  ['onError says so', { onError: () => 'nothing-happened' as const }, new Error('refused')],
  ['NothingHappened is thrown', {}, new NothingHappened('refused')],
])('nothing happened where %s: released, rethrown, and the next executes', async (_name, options, error) => {
  const record = aRecord();
  await expect(world.client().execute({ ...record, ...options }, fails(error))).rejects.toBe(error);
  expect(await stateOf(record)).toBe('released');
  expect(await world.client().execute(record, () => 'now')).toMatchObject({ value: 'now', attempt: 2 });
});

test('NothingHappened keeps its cause', () => {
  const cause = new Error('no route to host');
  expect(new NothingHappened(cause)).toMatchObject({ message: 'no route to host', cause });
});

test('a failure that onError stores is rethrown as it is, and replayed as StoredFailure', async () => {
  const record = aRecord();
  const error = new CardDeclined();
  const outcome = { status: 402, headers: { location: '/charges/1' }, body: { code: 'declined' } };
  const onError = (thrown: unknown) => (thrown instanceof CardDeclined ? { store: outcome } : 'unknown');
  await expect(world.client().execute({ ...record, onError }, fails(error))).rejects.toBe(error);
  const replay = world.client().execute(record, () => expect.unreachable());
  await expect(replay).rejects.toBeInstanceOf(StoredFailure);
  await expect(replay).rejects.toMatchObject({ outcome, replayed: true });
});

test('a StoredFailure that is thrown reaches the caller and every duplicate with the same outcome', async () => {
  const record = aRecord();
  const failure = new StoredFailure({ body: 'declined' }, { message: 'no credit', cause: 'bank' });
  await expect(world.client().execute(record, fails(failure))).rejects.toBe(failure);
  expect(failure).toMatchObject({ message: 'no credit', cause: 'bank', replayed: false });
  const replay = world.client().execute(record, () => expect.unreachable());
  await expect(replay).rejects.toMatchObject({ outcome: failure.outcome, replayed: true });
});

test('a value with an error status is a value, not a failure', async () => {
  const record = aRecord();
  const serializer = { toOutcome: () => ({ status: 404 }), fromOutcome: ({ status = 0 }) => status };
  await world.client().execute({ ...record, serializer }, () => 404);
  expect(await world.client().execute({ ...record, serializer }, () => expect.unreachable())).toMatchObject({
    value: 404,
    replayed: true,
  });
});

test('if even the release fails, the caller is given the operation’s own error', async () => {
  const record = aRecord();
  const error = new Error('mine');
  world.proxy.decide = ({ path }) => (path.endsWith('/release') ? { kind: 'drop' } : undefined);
  await expect(world.client().execute(record, fails(error))).rejects.toBe(error);
  world.proxy.decide = () => undefined;
  expect(await stateOf(record)).toBe('in_progress');
});

describe('an outcome that is not recorded is never released', () => {
  const runAndCatch = (record: { namespace: string; key: string }, run: () => unknown) =>
    world
      .client()
      .execute(record, run)
      .then(
        () => expect.unreachable(),
        (error: unknown) => error as OutcomeNotRecordedError,
      );

  test('too large: the error carries all that is needed to store a smaller one', async () => {
    const record = aRecord();
    const value = 'x'.repeat(2_000);
    const error = await runAndCatch(record, () => value);
    expect(error).toBeInstanceOf(OutcomeNotRecordedError);
    expect(error).toMatchObject({ ...record, value, outcome: { body: value } });
    expect(error.cause).toBeInstanceOf(OutcomeTooLargeError);
    expect(await stateOf(record)).toBe('in_progress');
    const { claimToken } = error;
    await world.client().complete(error, { claimToken, outcome: { body: 'ch_91' } });
    expect((await world.client().execute(record, () => expect.unreachable())).value).toBe('ch_91');
  });

  test('another outcome stored by the same token', async () => {
    const record = aRecord();
    const error = await world
      .client()
      .execute(record, async ({ claimToken }) => {
        await world.direct.complete(record, { claimToken, outcome: { body: 'first' } });
        return 'second';
      })
      .catch((thrown: unknown) => thrown as OutcomeNotRecordedError);
    expect(error).toBeInstanceOf(OutcomeNotRecordedError);
    expect((error as OutcomeNotRecordedError).cause).toBeInstanceOf(OutcomeConflictError);
  });

  test('the claim was lost meanwhile', async () => {
    const record = aRecord();
    const error = await world
      .client()
      .execute(record, async ({ claimToken }) => {
        await world.direct.release(record, { claimToken, effect: 'none' });
        await world.direct.claim(record);
        return 'late';
      })
      .catch((thrown: unknown) => thrown as OutcomeNotRecordedError);
    expect((error as OutcomeNotRecordedError).cause).toBeInstanceOf(ClaimLostError);
  });

  test('a failure that could not be stored keeps what the operation threw', async () => {
    const record = aRecord();
    const operationError = new StoredFailure({ body: 'x'.repeat(2_000) });
    const error = await runAndCatch(record, fails(operationError));
    expect(error).toBeInstanceOf(OutcomeNotRecordedError);
    expect(error).toMatchObject({ operationError, cause: expect.any(OutcomeTooLargeError) });
    expect(error).not.toHaveProperty('value');
  });

  test('no answer within the budget: the outcome can be stored once the service is back', async () => {
    const record = aRecord();
    const client = world.client({ completionBudgetMs: 200 });
    world.proxy.decide = ({ path }) => (path.endsWith('/complete') ? { kind: 'drop' } : undefined);
    const error = await client
      .execute({ ...record, leaseMs: 200 }, () => 'done')
      .catch((thrown: unknown) => thrown as OutcomeNotRecordedError);
    world.proxy.decide = () => undefined;
    expect(error).toBeInstanceOf(OutcomeNotRecordedError);
    expect((error as OutcomeNotRecordedError).cause).toBeInstanceOf(ServiceUnreachableError);
    const { claimToken } = error as OutcomeNotRecordedError;
    await client.complete(record, { claimToken, outcome: { body: 'done' } });
    expect(await client.execute(record, () => expect.unreachable())).toMatchObject({ value: 'done' });
  });
});
