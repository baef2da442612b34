import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RetentionSweeper } from '../../src/retention/retention.sweeper.js';
import { endLease, endRetention, holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

onOneAndTwoReplicas((api, world) => {
  it('gives the same claim again to the same token, so that a lost answer costs nothing', async () => {
    const request = { key: newKey(), claimToken: randomUUID(), request: { amount: 1 }, leaseMs: 60_000 };
    const first = await api.claim(request);
    const again = await api.claim(request);
    expect(again.status).toBe(201);
    expect(again.body).toEqual({ ...first.body, leaseExpiresAt: again.body.leaseExpiresAt });
    expect(again.body.attempt).toBe(1);
  });

  it('knows a token by its value and not by the case of its letters', async () => {
    const claimToken = 'ABCDEF00-0000-4000-8000-00000000ABCD';
    const { key, fencingToken } = await holdClaim(api, { claimToken });
    expect((await api.claim({ key, claimToken: claimToken.toLowerCase() })).body).toMatchObject({
      fencingToken,
    });
    expect((await api.complete(key, { claimToken, outcome: {} })).status).toBe(200);
  });

  it('chooses a token of its own for a claim that brings none', async () => {
    const key = newKey();
    const first = await api.claim({ key });
    const second = await api.claim({ key });
    expect(first.body.claimToken).toMatch(uuid);
    expect(second.body.code).toBe('CLAIM_IN_PROGRESS');
    expect((await api.complete(key, { claimToken: first.body.claimToken, outcome: {} })).status).toBe(200);
  });

  it.each(['block', 'takeover'] as const)(
    'revives an expired lease that nobody took over, under `%s`',
    async (onLeaseExpiry) => {
      const held = await holdClaim(api, { onLeaseExpiry });
      await endLease(world.database, held.key);
      const again = await api.claim({ key: held.key, claimToken: held.claimToken });
      expect(again).toMatchObject({ status: 201, body: { attempt: 1, fencingToken: held.fencingToken } });
      expect((await api.claim({ key: held.key })).body.code).toBe('CLAIM_IN_PROGRESS');
    },
  );

  it('never shortens a lease by claiming again, and may lengthen it', async () => {
    const key = newKey();
    const claimToken = randomUUID();
    const first = await api.claim({ key, claimToken, leaseMs: 60_000 });
    const shorter = await api.claim({ key, claimToken, leaseMs: 1_000 });
    const longer = await api.claim({ key, claimToken, leaseMs: 120_000 });
    expect(shorter.body.leaseExpiresAt).toBe(first.body.leaseExpiresAt);
    const gainMs = Date.parse(longer.body.leaseExpiresAt) - Date.parse(first.body.leaseExpiresAt);
    expect(gainMs).toBeGreaterThanOrEqual(60_000);
  });

  it('does not give a claim back to a token that was superseded by a takeover', async () => {
    const first = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    await endLease(world.database, first.key);
    const second = await holdClaim(api, { key: first.key });
    expect((await api.claim({ key: first.key, claimToken: first.claimToken })).body.code).toBe(
      'CLAIM_IN_PROGRESS',
    );
    expect((await api.get(first.key)).body.fencingToken).toBe(second.fencingToken);
  });

  it.each([
    ['block', 'takeover', 'OUTCOME_UNKNOWN'],
    ['takeover', 'block', undefined],
  ] as const)(
    'keeps the policy of the first claim: `%s`, whatever a later one asks',
    async (first, later, code) => {
      const { key, claimToken } = await holdClaim(api, { onLeaseExpiry: first });
      // The same token may change its lease; the policy it may not.
      await api.claim({ key, claimToken, onLeaseExpiry: later });
      await endLease(world.database, key);
      expect((await api.claim({ key, onLeaseExpiry: later })).body.code).toBe(code);
      expect((await api.get(key)).body.onLeaseExpiry).toBe(first);
    },
  );

  it('keeps the policy of the first claim after a release', async () => {
    const { key, claimToken } = await holdClaim(api, { onLeaseExpiry: 'block' });
    await api.act('release', key, { claimToken, effect: 'none' });
    await holdClaim(api, { key, onLeaseExpiry: 'takeover' });
    expect((await api.get(key)).body.onLeaseExpiry).toBe('block');
  });

  it('lets a claim choose the policy anew once the retention is over', async () => {
    const { key, claimToken } = await holdClaim(api, { onLeaseExpiry: 'block' });
    await api.complete(key, { claimToken, outcome: {} });
    await endRetention(world.database, key);
    await holdClaim(api, { key, onLeaseExpiry: 'takeover' });
    expect((await api.get(key)).body.onLeaseExpiry).toBe('takeover');
  });

  it('never forgets an unknown outcome, however long ago its lease ended', async () => {
    const { key } = await holdClaim(api, { retentionMs: 1_000 });
    await world.database.pool.query(
      `UPDATE record_by_parts SET created_at = created_at - interval '10 years',
         updated_at = updated_at - interval '10 years', lease_expires_at = lease_expires_at - interval '10 years'
       WHERE key = $1`,
      [key],
    );
    await world.apps[0]!.get(RetentionSweeper).sweep();
    expect((await api.claim({ key })).body.code).toBe('OUTCOME_UNKNOWN');
    expect((await api.get(key)).body).toMatchObject({ state: 'outcome_unknown', expiresAt: null });
  });

  describe('a fencing token', () => {
    it('is microseconds of Postgres time, which a JSON number holds exactly', async () => {
      const { fencingToken } = await holdClaim(api);
      const { rows } = await world.database.pool.query<{ now: number }>(
        'SELECT extract(epoch FROM clock_timestamp())::float8 AS now',
      );
      expect(Number.isSafeInteger(fencingToken)).toBe(true);
      expect(rows[0]!.now - fencingToken / 1_000_000).toBeLessThan(10);
      expect(fencingToken / 1_000_000).toBeLessThanOrEqual(rows[0]!.now);
    });

    it('grows with every new claim: takeover, release, the end of retention, deletion', async () => {
      const key = newKey();
      const tokens: number[] = [];
      const claim = async (): Promise<string> => {
        const held = await holdClaim(api, { key, onLeaseExpiry: 'takeover' });
        tokens.push(held.fencingToken);
        return held.claimToken;
      };
      await claim();
      await endLease(world.database, key);
      const afterTakeover = await claim();
      await api.act('release', key, { claimToken: afterTakeover, effect: 'none' });
      const afterRelease = await claim();
      await api.complete(key, { claimToken: afterRelease, outcome: {} });
      await endRetention(world.database, key);
      await claim();
      await api.delete(key, '?force=true');
      await claim();
      expect(tokens).toEqual([...new Set(tokens)].sort((one, other) => one - other));
    });

    it('grows even where the clock has gone back', async () => {
      const { key, claimToken } = await holdClaim(api);
      await api.act('release', key, { claimToken, effect: 'none' });
      const ahead = 9_000_000_000_000_000;
      await world.database.pool.query('UPDATE record_by_parts SET fencing_token = $2 WHERE key = $1', [
        key,
        ahead,
      ]);
      expect((await holdClaim(api, { key })).fencingToken).toBe(ahead + 1);
    });
  });
});
