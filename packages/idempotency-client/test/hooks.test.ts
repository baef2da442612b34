import { expect, test } from 'vitest';
import type { CallEvent, ExecutionEvent, RetryEvent } from '../src/index.js';
import { aRecord, useWorld } from './support/world.js';

const world = useWorld();

function listening() {
  const calls: CallEvent[] = [];
  const retries: RetryEvent[] = [];
  const executions: ExecutionEvent[] = [];
  const client = world.client({
    hooks: {
      onCall: (event) => calls.push(event),
      onRetry: (event) => retries.push(event),
      onExecution: (event) => executions.push(event),
    },
  });
  return { client, calls, retries, executions };
}

test('every attempt, every repetition and every execution is reported', async () => {
  const record = aRecord();
  const { client, calls, retries, executions } = listening();
  let isFirst = true;
  world.proxy.decide = () => {
    if (!isFirst) return undefined;
    isFirst = false;
    return { kind: 'answer', status: 503 };
  };
  await client.execute(record, () => 'secret value');
  await client.execute(record, () => 'secret value');
  await client.execute({ ...record, request: 1 }, () => 'secret value').catch(() => undefined);
  const durationMs = expect.any(Number);
  expect(calls).toEqual([
    { ...record, operation: 'claim', attempt: 1, status: 503, code: null, durationMs },
    { ...record, operation: 'claim', attempt: 2, status: 201, code: null, durationMs },
    { ...record, operation: 'complete', attempt: 1, status: 200, code: null, durationMs },
    { ...record, operation: 'claim', attempt: 1, status: 200, code: null, durationMs },
    { ...record, operation: 'claim', attempt: 1, status: 422, code: 'FINGERPRINT_MISMATCH', durationMs },
  ]);
  expect(retries).toEqual([
    { ...record, operation: 'claim', attempt: 1, delayMs: durationMs, error: expect.any(Error) },
  ]);
  expect(executions).toEqual([
    { ...record, result: 'executed', attempt: 1, durationMs },
    { ...record, result: 'replayed', attempt: 1, durationMs },
    { ...record, result: 'not-run', attempt: null, durationMs, error: expect.any(Error) },
  ]);
});

test('events carry neither bodies nor tokens', async () => {
  const { client, calls, retries, executions } = listening();
  const claimToken = crypto.randomUUID();
  await client.execute({ ...aRecord(), claimToken, request: 'secret request' }, () => 'secret value');
  const text = JSON.stringify([calls, retries, executions]);
  expect(executions).toHaveLength(1);
  expect(text).not.toContain(claimToken);
  expect(text).not.toContain('secret');
});

test('a hook that throws, at once or later, decides nothing', async () => {
  const client = world.client({
    hooks: {
      onCall: () => {
        throw new Error('a metric that broke');
      },
      onExecution: () => Promise.reject(new Error('a log that broke')) as unknown as undefined,
    },
  });
  expect(await client.execute(aRecord(), () => 'done')).toMatchObject({ value: 'done' });
});
