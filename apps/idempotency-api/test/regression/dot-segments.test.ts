import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/world.js';

/**
 * Old behaviour: `.` and `..` could be claimed as keys, and no client that normalizes URLs could complete, renew or
 * read them afterwards: `/v1/records/default/%2e%2e` became `/v1/records/`. Fix: the contract refuses both, as keys and as
 * namespaces; ids of messages, which are in no path, may be anything.
 */
describe('names that a URL takes for steps', () => {
  const world = useWorld();

  it.each(['.', '..'])('refuses %s as a key and as a namespace', async (name) => {
    const key = await world.api.claim({ key: name });
    expect(key.body.errors).toEqual([
      { pointer: '/key', detail: expect.stringContaining('must match') as string },
    ]);
    const namespace = await world.api.claim({ key: 'k', namespace: name });
    expect(namespace.body.errors?.[0]?.pointer).toBe('/namespace');
  });

  it.each(['...', '.a', 'a.', '. '])('takes %s for a key', async (name) => {
    expect((await world.api.claim({ key: name })).status).toBe(201);
    expect((await world.api.get(name)).body.key).toBe(name);
  });

  it('takes them for ids of messages', async () => {
    const answer = await world.api.send<{ results: unknown }>('POST', '/v1/deduplications', {
      json: { ids: ['.', '..'] },
    });
    expect(answer.body.results).toEqual([
      { id: '.', first: true },
      { id: '..', first: true },
    ]);
  });
});
