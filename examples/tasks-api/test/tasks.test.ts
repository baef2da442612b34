import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { demo } from '../src/database/seed.js';
import type { Activity, Page, Task } from '../src/tasks/task.js';
import { world, type User } from './support/world.js';

const it = world();
const { ada, alan, grace } = it;

async function newTask(user: User, body: object = { title: 'Water the plants' }): Promise<Task> {
  const { status, body: task } = await user('POST', '/tasks', { body });
  expect(status).toBe(201);
  return task;
}

describe('a task', () => {
  test('is created together with the first line of its activity', async () => {
    const task = await newTask(ada, { title: 'Paint the door', assigneeId: demo.alan.id });
    expect(task).toMatchObject({ status: 'open', createdById: demo.ada.id, assigneeId: demo.alan.id });
    const activity: Activity[] = (await ada('GET', `/tasks/${task.id}/activity`)).body;
    expect(activity).toMatchObject([{ kind: 'created', actorId: demo.ada.id }]);
  });

  test('and its activity come together or not at all', async () => {
    const before = await it.ask('SELECT count(*) FROM task');
    const refused = await ada('POST', '/tasks', { body: { title: 'For Grace', assigneeId: demo.grace.id } });
    expect(refused).toMatchObject({ status: 422, body: { code: 'UNKNOWN_ASSIGNEE' } });
    expect(await it.ask('SELECT count(*) FROM task')).toBe(before);
  });

  test('tells who had it before, however many reassign it at once', async () => {
    const { id } = await newTask(ada);
    const turns = [demo.ada.id, demo.alan.id, null, demo.alan.id, demo.ada.id, null];
    await Promise.all(
      turns.map((assigneeId) => ada('PUT', `/tasks/${id}/assignee`, { body: { assigneeId } })),
    );
    const activity: Activity[] = (await ada('GET', `/tasks/${id}/activity`)).body;
    const moves = activity.slice(1).map(({ detail }) => detail as { from: string | null; to: string | null });
    expect(moves).toHaveLength(turns.length);
    // A chain: each move begins where one other has ended, and the first where the task began.
    const ended = [null, ...moves.map(({ to }) => to)].map(String).sort();
    const task: Task = (await ada('GET', `/tasks/${id}`)).body;
    expect([...moves.map(({ from }) => from), task.assigneeId].map(String).sort()).toEqual(ended);
  });

  test('changes only in what is given', async () => {
    const { id } = await newTask(ada, { title: 'Old', description: 'Stays.' });
    const { body } = await alan('PATCH', `/tasks/${id}`, { body: { title: 'New', status: 'done' } });
    expect(body).toMatchObject({ title: 'New', status: 'done', description: 'Stays.' });
  });
});

describe('the list', () => {
  test('gives every task once over its pages, also while tasks are added', async () => {
    const { as } = it;
    const { id: organizationId } = (await ada('POST', '/organizations', { body: { name: 'Initech' } }))
      .body as {
      id: string;
    };
    const user = as(demo.ada.id, organizationId);
    const created: string[] = [];
    for (let n = 0; n < 5; n += 1) created.push((await newTask(user, { title: `Task ${n}` })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page<Task> = (
        await user('GET', `/tasks?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      ).body;
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await newTask(user, { title: 'A newer one' });
    }
    expect(new Set(seen)).toEqual(new Set(created));
    expect(seen).toHaveLength(created.length);
  });

  test('is filtered by status and assignee', async () => {
    const mine = await newTask(ada, { title: 'Mine', assigneeId: demo.ada.id });
    await ada('PATCH', `/tasks/${mine.id}`, { body: { status: 'in_progress' } });
    const path = `/tasks?status=in_progress&assigneeId=${demo.ada.id}`;
    const page: Page<Task> = (await ada('GET', path)).body;
    expect(page.items.map(({ id }) => id)).toEqual([mine.id]);
  });
});

describe('a tenant', () => {
  test('does not see, change or list the tasks of another', async () => {
    const { id } = await newTask(ada);
    const list: Page<Task> = (await grace('GET', '/tasks')).body;
    expect(list.items.map((task) => task.id)).not.toContain(id);
    const answers = await Promise.all([
      grace('GET', `/tasks/${id}`),
      grace('GET', `/tasks/${id}/activity`),
      grace('PATCH', `/tasks/${id}`, { body: { title: 'Taken over' } }),
      grace('PUT', `/tasks/${id}/assignee`, { body: { assigneeId: null } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  test('lets in members alone, and a stranger learns nothing of it', async () => {
    const { as } = it;
    const notMine = await as(demo.grace.id, demo.acme.id)('GET', '/tasks');
    const nowhere = await as(demo.grace.id, randomUUID())('GET', '/tasks');
    expect(notMine).toMatchObject({ status: 403, body: { code: 'NOT_A_MEMBER' } });
    expect(nowhere.text).toBe(notMine.text);
    expect(await as(randomUUID(), demo.acme.id)('GET', '/tasks')).toMatchObject({ status: 401 });
  });

  test('gets new members from its owners alone, and each of them once', async () => {
    const body = { email: 'edsger@acme.example', name: 'Edsger', role: 'member' };
    expect(await alan('POST', '/members', { body })).toMatchObject({
      status: 403,
      body: { code: 'NOT_AN_OWNER' },
    });
    expect(await ada('POST', '/members', { body })).toMatchObject({ status: 201, body });
    expect(await ada('POST', '/members', { body })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_A_MEMBER' },
    });
    expect((await ada('GET', '/members')).body).toContainEqual(expect.objectContaining(body));
  });
});

test.each([
  ['a field that the call does not know', '/tasks', { title: 'T', isAdmin: true }, '/isAdmin'],
  ['an empty title', '/tasks', { title: '' }, '/title'],
  ['no title', '/tasks', {}, '/title'],
  ['an address that is none', '/members', { email: 'nobody', name: 'N', role: 'owner' }, '/email'],
])('%s is refused as a problem that says where', async (_, path, body, pointer) => {
  const answer = await ada('POST', path, { body });
  expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT', errors: [{ pointer }] } });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
});
