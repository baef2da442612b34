import type { AuditPage, ProblemDetails } from '@infra-services/idempotency-contract';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/api-client.js';
import { endLease, holdClaim } from '../support/arrange.js';
import { newKey, useWorld } from '../support/world.js';

const newNamespace = (): string => newKey().replace('key-', 'ns.');

describe('GET /v1/audit', () => {
  const world = useWorld();

  const list = (query: Record<string, string> = {}): Promise<Answer<AuditPage & ProblemDetails>> =>
    world.api.send('GET', `/v1/audit?${new URLSearchParams(query).toString()}`);

  /** Entries as a service would have written them, a second apart, oldest first. */
  const plant = async (namespace: string, keys: readonly string[], tenant = 'default'): Promise<void> => {
    await world.database.pool.query(
      `INSERT INTO audit_entry (at, tenant, namespace, key, action, actor, detail)
       SELECT '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 second', $1, $2, key, 'delete', 'operator', '{}'
       FROM unnest($3::text[]) WITH ORDINALITY AS k (key, n)`,
      [tenant, namespace, keys],
    );
  };

  const keysOf = (page: Answer<AuditPage>): string[] => page.body.entries.map((entry) => entry.key);

  it('tells who released, resolved and deleted what, by force or not, newest first', async () => {
    const namespace = newNamespace();
    const { key, claimToken } = await holdClaim(world.api, { namespace });
    await world.api.act('release', key, { claimToken, effect: 'none', reason: 'declined' }, namespace);
    await holdClaim(world.api, { namespace, key });
    await endLease(world.database, key);
    await world.api.act('resolve', key, { resolution: 'retry', note: 'seen in the ledger' }, namespace);
    await holdClaim(world.api, { namespace, key });
    await world.api.delete(key, '?force=true', namespace);
    const { body } = await list({ namespace, key });
    const told = body.entries.map(({ action, actor, note, detail }) => ({ action, actor, note, detail }));
    expect(told).toMatchObject([
      {
        action: 'delete',
        actor: 'operator',
        note: null,
        detail: { state: 'in_progress', forced: true, attempt: 3 },
      },
      { action: 'resolve', actor: 'operator', note: 'seen in the ledger', detail: { to: 'released' } },
      { action: 'release', actor: 'holder', note: 'declined', detail: { effect: 'none', attempt: 1 } },
    ]);
    expect(body.nextCursor).toBeNull();
    for (const { at } of body.entries) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/u);
  });

  it.each([1, 2, 3, 6, 7])('shows every entry once, in pages of %i', async (limit) => {
    const namespace = newNamespace();
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    await plant(namespace, keys);
    // Two of one microsecond: only their ids tell them apart.
    await plant(namespace, keys);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query = { namespace, limit: String(limit), ...(cursor === null ? {} : { cursor }) };
      const page: Answer<AuditPage> = await list(query);
      seen.push(...keysOf(page));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(keys.flatMap((key) => [key, key]).reverse());
  });

  it('shows one namespace, one record, one action or what is new, as asked', async () => {
    const [namespace, other] = [newNamespace(), newNamespace()];
    await plant(namespace, ['a', 'b', 'c']);
    await plant(other, ['a']);
    expect(keysOf(await list({ namespace }))).toEqual(['c', 'b', 'a']);
    expect(keysOf(await list({ namespace, key: 'a' }))).toEqual(['a']);
    expect(keysOf(await list({ namespace, action: 'resolve' }))).toEqual([]);
    expect(keysOf(await list({ namespace, action: 'delete', key: 'b' }))).toEqual(['b']);
    expect(keysOf(await list({ namespace, since: '2026-01-01T00:00:02Z' }))).toEqual(['c', 'b']);
    expect(keysOf(await list({ namespace, since: '2026-01-01T01:00:02.000001+01:00' }))).toEqual(['c']);
  });

  it('goes on behind entries that do not match, and looks at a bounded number of them', async () => {
    const [namespace, crowd] = [newNamespace(), newNamespace()];
    await plant(namespace, ['old']);
    await world.database.pool.query(
      `INSERT INTO audit_entry (at, tenant, namespace, key, action, actor, detail)
       SELECT '2026-01-02T00:00:00Z', 'default', $1, n::text, 'delete', 'operator', '{}' FROM generate_series(1, 5000) n`,
      [crowd],
    );
    const first = await list({ namespace });
    expect(first.body).toMatchObject({ entries: [], nextCursor: expect.any(String) });
    const second = await list({ namespace, cursor: first.body.nextCursor! });
    expect(keysOf(second)).toEqual(['old']);
    expect(keysOf(await list({ namespace, key: 'old' }))).toEqual(['old']);
  });

  it('never shows another tenant’s entries', async () => {
    const namespace = newNamespace();
    await plant(namespace, ['theirs'], 'other');
    expect(keysOf(await list({ namespace }))).toEqual([]);
    expect(keysOf(await list({ namespace, key: 'theirs' }))).toEqual([]);
  });

  const cursorOf = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const id = '6f1c2f0e-8f0b-4c9e-9a43-1f4f6f1f7a10';
  it.each([
    { query: { key: 'a' }, pointer: '/namespace' },
    { query: { action: 'claim' }, pointer: '/action' },
    { query: { since: 'yesterday' }, pointer: '/since' },
    { query: { limit: '0' }, pointer: '/limit' },
    { query: { tenant: 'other' }, pointer: '/tenant' },
    { query: { cursor: 'abc' }, pointer: '/cursor' },
    { query: { cursor: cursorOf('2026-02-30T00:00:00.000000Z', id) }, pointer: '/cursor' },
    { query: { cursor: cursorOf('0000-01-01T00:00:00.000000Z', id) }, pointer: '/cursor' },
    { query: { cursor: cursorOf('2026-01-01T00:00:00.000000Z', 'x') }, pointer: '/cursor' },
  ])('refuses $query', async ({ query, pointer }) => {
    const answer = await list(query);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ pointer }] } });
  });

  describe('is append-only', () => {
    const namespace = newNamespace();

    beforeAll(async () => {
      await plant(namespace, ['kept']);
    });

    it.each([
      "UPDATE audit_entry SET actor = 'somebody else'",
      'DELETE FROM audit_entry',
      'TRUNCATE audit_entry',
      'TRUNCATE audit_entry, deduplication',
    ])('%s is refused', async (statement) => {
      await expect(world.database.pool.query(statement)).rejects.toThrow('audit_entry is append-only');
      expect(keysOf(await list({ namespace, key: 'kept' }))).toEqual(['kept']);
    });

    it('but for whoever says, in the transaction, that this is pruning', async () => {
      const gone = newNamespace();
      await plant(gone, ['gone']);
      await world.database.pool.query(
        `BEGIN; SET LOCAL idempotency.prune_audit = 'on'; DELETE FROM audit_entry WHERE namespace = '${gone}'; COMMIT`,
      );
      expect(keysOf(await list({ namespace: gone, key: 'gone' }))).toEqual([]);
      await expect(world.database.pool.query('DELETE FROM audit_entry')).rejects.toThrow('append-only');
    });
  });
});
