import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { demo } from '../src/database/seed.js';
import type { Page, Task } from '../src/tasks/task.js';
import { world } from './support/world.js';

const it = world();
const { ada, alan, grace } = it;

function tasksTitled(title: string): Promise<unknown> {
  return it.ask('SELECT count(*)::int FROM task WHERE title = $1', title);
}

test('50 identical requests at once create one task, and all are answered in the same bytes', async () => {
  const call = { key: 'fifty', body: { title: 'Fifty', assigneeId: demo.alan.id } };
  const create = async () => {
    for (;;) {
      const answer = await ada('POST', '/tasks', call);
      // Told that the first one is under way, a client comes again.
      if (answer.status !== 409) return answer;
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      await sleep(20);
    }
  };
  const answers = await Promise.all(Array.from({ length: 50 }, create));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
  expect(await tasksTitled('Fifty')).toBe(1);
  const { id }: Task = answers[0]!.body;
  expect((await ada('GET', `/tasks/${id}/activity`)).body).toHaveLength(1);
});

test.each([
  ['POST', '/tasks', { title: 'Twice' }],
  ['POST', '/organizations', { name: 'Twice' }],
  ['POST', '/members', { email: 'twice@acme.example', name: 'Twice', role: 'member' }],
])('%s %s sent twice happens once', async (method, path, body) => {
  const first = await ada(method, path, { key: 'twice', body });
  const second = await ada(method, path, { key: 'twice', body });
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.text).toBe(first.text);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
});

test.each([
  ['PATCH', '', { status: 'done' }],
  ['PUT', '/assignee', { assigneeId: demo.alan.id }],
])('%s /tasks/:id%s sent twice leaves one line in the activity', async (method, path, body) => {
  const { id }: Task = (await ada('POST', '/tasks', { body: { title: 'Once' } })).body;
  const first = await ada(method, `/tasks/${id}${path}`, { key: 'a-change', body });
  const second = await ada(method, `/tasks/${id}${path}`, { key: 'a-change', body });
  expect([first.status, second.text]).toEqual([200, first.text]);
  expect((await ada('GET', `/tasks/${id}/activity`)).body).toHaveLength(2);
});

test('a write without a key is refused', async () => {
  const answer = await ada('POST', '/tasks', {
    body: { title: 'No key' },
    headers: { 'idempotency-key': '' },
  });
  expect(answer.status).toBe(400);
  expect(await tasksTitled('No key')).toBe(0);
});

test('a key that comes again with another request is refused, and nothing is written', async () => {
  await ada('POST', '/tasks', { key: 'reused', body: { title: 'The first' } });
  const other = await ada('POST', '/tasks', { key: 'reused', body: { title: 'The second' } });
  expect(other).toMatchObject({ status: 422, body: { code: 'KEY_REUSED' } });
  expect(await tasksTitled('The second')).toBe(0);
});

test('the same key of another organization is another operation', async () => {
  const call = { key: 'shared', body: { title: 'Shared' } };
  const mine: Task = (await ada('POST', '/tasks', call)).body;
  const theirs = await grace('POST', '/tasks', call);
  expect(theirs.headers.get('idempotent-replayed')).toBeNull();
  expect((theirs.body as Task).id).not.toBe(mine.id);
  const list: Page<Task> = (await grace('GET', '/tasks')).body;
  expect(list.items.map(({ id }) => id)).not.toContain(mine.id);
});

test('a colleague who repeats a request meets its answer, whoever is no member does not', async () => {
  const call = { key: 'handed-over', body: { title: 'Handed over' } };
  const first = await ada('POST', '/tasks', call);
  expect((await alan('POST', '/tasks', call)).text).toBe(first.text);
  const stranger = await it.as(demo.grace.id, demo.acme.id)('POST', '/tasks', call);
  expect(stranger).toMatchObject({ status: 403, body: { code: 'NOT_A_MEMBER' } });
});

test('what is refused is refused again, even once it would be granted', async () => {
  const body = { title: 'For a newcomer', assigneeId: demo.grace.id };
  const first = await ada('POST', '/tasks', { key: 'early', body });
  expect(first).toMatchObject({ status: 422, body: { code: 'UNKNOWN_ASSIGNEE' } });
  const { email, name } = demo.grace;
  await ada('POST', '/members', { body: { email, name, role: 'member' } });
  expect((await ada('POST', '/tasks', { key: 'early', body })).text).toBe(first.text);
  expect((await ada('POST', '/tasks', { key: 'later', body })).status).toBe(201);
});

test('while the Idempotency API is dead, writes are refused and reads are not', async () => {
  await it.idempotency.kill();
  onTestFinished(() => it.idempotency.start());
  const call = { key: 'outage', body: { title: 'In the outage' } };
  const refused = await ada('POST', '/tasks', call);
  expect(refused).toMatchObject({ status: 503, body: { code: 'IDEMPOTENCY_UNAVAILABLE', retryable: true } });
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect(await tasksTitled('In the outage')).toBe(0);
  expect((await ada('GET', '/tasks')).status).toBe(200);
}, 40_000);
