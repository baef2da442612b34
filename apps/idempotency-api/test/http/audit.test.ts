import { beforeAll, describe, expect, it } from 'vitest';
import { endLease, holdClaim, type HeldClaim } from '../support/arrange.js';
import { newKey, type World } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

async function trailOf(world: World, key: string): Promise<unknown[]> {
  const { rows } = await world.database.pool.query<object>(
    'SELECT tenant, namespace, action, actor, note, detail FROM audit_entry WHERE key = $1 ORDER BY at',
    [key],
  );
  return rows;
}

onOneAndTwoReplicas((api, world) => {
  const inDoubt = async (): Promise<HeldClaim> => {
    const held = await holdClaim(api);
    await endLease(world.database, held.key);
    return held;
  };
  const common = { tenant: 'default', namespace: 'default' };

  it.each(['none', 'unknown'] as const)(
    'records a release with effect `%s` and its reason, once',
    async (effect) => {
      const { key, claimToken } = await holdClaim(api);
      const release = { claimToken, effect, reason: 'card declined' };
      await api.act('release', key, release);
      await api.act('release', key, release);
      expect(await trailOf(world, key)).toEqual([
        {
          ...common,
          action: 'release',
          actor: 'holder',
          note: 'card declined',
          detail: { effect, attempt: 1 },
        },
      ]);
    },
  );

  it.each([
    { said: { resolution: 'completed', outcome: {}, note: 'seen in the ledger' }, to: 'completed' },
    { said: { resolution: 'retry', note: 'seen in the ledger' }, to: 'released' },
  ])('records a resolution to $to and its note, once', async ({ said, to }) => {
    const { key } = await inDoubt();
    await api.act('resolve', key, said);
    await api.act('resolve', key, said);
    expect(await trailOf(world, key)).toEqual([
      { ...common, action: 'resolve', actor: 'operator', note: said.note, detail: { to, attempt: 1 } },
    ]);
  });

  it.each([
    { forced: true, state: 'in_progress' },
    { forced: false, state: 'completed' },
  ])('records a deletion, forced: $forced, with what the record was', async ({ forced, state }) => {
    const { key, claimToken, fencingToken } = await holdClaim(api);
    if (state === 'completed') await api.complete(key, { claimToken, outcome: {} });
    await api.delete(key, forced ? '?force=true' : '');
    await api.delete(key, '?force=true');
    const detail = { state, forced, attempt: 1, fencingToken };
    expect(await trailOf(world, key)).toEqual([
      { ...common, action: 'delete', actor: 'operator', note: null, detail },
    ]);
  });

  it('records nothing that was refused', async () => {
    const { key, claimToken } = await holdClaim(api);
    await api.delete(key);
    await api.act('resolve', key, { resolution: 'retry' });
    await api.complete(key, { claimToken, outcome: {} });
    await api.act('release', key, { claimToken, effect: 'none' });
    expect(await trailOf(world, key)).toEqual([]);
  });

  describe('what cannot be recorded does not happen, as both are one transaction', () => {
    beforeAll(async () => {
      await world.database.pool.query(
        "ALTER TABLE audit_entry ADD CONSTRAINT unrecordable CHECK (key NOT LIKE 'unrecordable-%')",
      );
    });

    it.each([
      {
        action: 'a release',
        act: ({ key, claimToken }: HeldClaim) => api.act('release', key, { claimToken, effect: 'none' }),
      },
      {
        action: 'a resolution',
        act: ({ key }: HeldClaim) => api.act('resolve', key, { resolution: 'retry' }),
      },
      { action: 'a deletion', act: ({ key }: HeldClaim) => api.delete(key, '?force=true') },
    ])('$action', async ({ act }) => {
      const held = await holdClaim(api, { key: `unrecordable-${newKey()}` });
      await endLease(world.database, held.key);
      const before = (await api.get(held.key)).body;
      expect(await act(held)).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
      expect((await api.get(held.key)).body).toEqual(before);
    });
  });
});
