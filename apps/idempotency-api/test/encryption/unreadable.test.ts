import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identityOf } from '../../src/idempotency/domain/record.js';
import { holdClaim } from '../support/arrange.js';
import { createDatabase } from '../support/database.js';
import { startReplica, type Replica } from '../support/replica.js';
import { keysFile, newEncryptionKey } from '../support/seals.js';
import { newKey, useWorld } from '../support/world.js';

const keys = { k1: newEncryptionKey() };
const KEYS_FILE = keysFile(keys, 'k1');
// No memory: every answer comes out of the row that the test has changed.
const settings = { KEYS_FILE, REPLAY_CACHE_LEASE_MS: '0' };

describe('a record that does not decrypt', () => {
  const world = useWorld({ settings });

  const completed = async (body: string): Promise<{ key: string; claimToken: string }> => {
    const held = await holdClaim(world.api);
    await world.api.complete(held.key, { claimToken: held.claimToken, outcome: { body } });
    return held;
  };
  const sql = (text: string, ...parameters: unknown[]) => world.database.pool.query(text, parameters);

  it('copied onto another key grants nothing and replays nothing', async () => {
    const source = await completed('paid');
    const target = await completed('declined');
    await sql(
      `UPDATE record_by_parts SET outcome = (SELECT outcome FROM record_by_parts WHERE key = $1) WHERE key = $2`,
      source.key,
      target.key,
    );
    for (const claimToken of [target.claimToken, randomUUID()]) {
      const answer = await world.api.claim({ key: target.key, claimToken });
      expect(answer).toMatchObject({ status: 503, body: { code: 'RECORD_UNREADABLE', retryable: true } });
      expect(answer.headers['retry-after']).toBe('1');
    }
    expect((await world.api.get(target.key)).body.code).toBe('RECORD_UNREADABLE');
    const said = { claimToken: target.claimToken, outcome: { body: 'declined' } };
    expect((await world.api.complete(target.key, said)).body.code).toBe('RECORD_UNREADABLE');
    expect((await world.api.claim({ key: source.key })).body.outcome).toEqual({ body: 'paid' });
  });

  it('as a whole row, moved under another key, tenant or namespace, grants nothing either', async () => {
    const columns = `fencing_token, retention_ms, created_at, updated_at, completed_at, expires_at, lease_ms, attempt, state,
      on_lease_expiry, outcome_status, claim_token, outcome`;
    const source = await completed('paid');
    const to = newKey();
    for (const { namespace, key } of [
      { namespace: 'default', key: to },
      { namespace: 'elsewhere', key: source.key },
    ]) {
      await sql(
        `INSERT INTO idempotency_record (identity, ${columns})
         SELECT $2, ${columns} FROM record_by_parts WHERE key = $1 AND namespace = 'default'`,
        source.key,
        identityOf({ tenant: 'default', namespace, key }),
      );
      expect((await world.api.claim({ key, namespace })).body.code).toBe('RECORD_UNREADABLE');
    }
  });

  it('does not fail its neighbours in a batch', async () => {
    const [good, bad] = [await completed('good'), await completed('bad')];
    await sql(
      `UPDATE record_by_parts SET outcome = substring(outcome FROM 1 FOR 40) WHERE key = $1`,
      bad.key,
    );
    const { body } = await world.api.claimBatch([{ key: good.key }, { key: bad.key }, { key: newKey() }]);
    expect(body.results).toMatchObject([
      { status: 200, decision: 'replay' },
      { status: 503, code: 'RECORD_UNREADABLE' },
      { status: 201, decision: 'execute' },
    ]);
  });

  it('whose checkpoint was swapped for an outcome hands nothing over', async () => {
    const held = await holdClaim(world.api, { onLeaseExpiry: 'takeover' });
    const { claimToken } = held;
    await world.api.act('checkpoint', held.key, { claimToken, name: 'charged', data: { id: 1 } });
    await world.api.act('release', held.key, { claimToken, effect: 'none' });
    const other = await completed('paid');
    await sql(
      `UPDATE record_by_parts SET checkpoint_data = (SELECT outcome FROM record_by_parts WHERE key = $1) WHERE key = $2`,
      other.key,
      held.key,
    );
    expect((await world.api.claim({ key: held.key })).body.code).toBe('RECORD_UNREADABLE');
  });

  it('whose outcome was swapped for its own checkpoint replays nothing', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    await world.api.act('checkpoint', key, { claimToken, name: 'charged', data: { body: 'paid' } });
    await world.api.complete(key, { claimToken, outcome: { body: 'declined' } });
    await sql(`UPDATE record_by_parts SET outcome = checkpoint_data WHERE key = $1`, key);
    expect((await world.api.claim({ key })).body.code).toBe('RECORD_UNREADABLE');
  });

  it('can be listed and deleted, and then executes anew', async () => {
    const { key } = await completed('gone');
    await sql(`UPDATE record_by_parts SET outcome = '\\xc101' WHERE key = $1`, key);
    expect((await world.api.claim({ key })).body.code).toBe('RECORD_UNREADABLE');
    expect((await world.api.send('GET', '/v1/records?limit=200')).status).toBe(200);
    expect((await world.api.delete(key)).status).toBe(204);
    expect((await world.api.claim({ key })).status).toBe(201);
  });

  it('is told in the log with the hash of its key, and counted', async () => {
    const { others, key } = await completedBesideOthers({
      KEYS_FILE: keysFile({ k2: newEncryptionKey() }, null),
    });
    const [stranger] = others as [Replica];
    expect((await stranger.api.claim({ key })).body.code).toBe('RECORD_UNREADABLE');
    const lines = stranger.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 50,
        msg: 'what is stored for a record cannot be decrypted',
        reason: 'unknown_key',
        keyId: 'k1',
        column: 'outcome',
        keyHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      }),
    );
    expect(stranger.log.join('')).not.toContain(key);
    const metrics = await stranger.api.send<string>('GET', '/metrics');
    expect(metrics.body).toContain('idempotency_unreadable_total{reason="unknown_key"} 1');
  });

  it('for a replica without any keys grants nothing; one that only reads replays it', async () => {
    const { others, key } = await completedBesideOthers({}, { KEYS_FILE: keysFile(keys, null) });
    const [poor, reader] = others as [Replica, Replica];
    expect((await poor.api.claim({ key })).body.code).toBe('RECORD_UNREADABLE');
    expect((await reader.api.claim({ key })).body.outcome).toEqual({ body: 'paid' });
  });
});

/** Replicas that started before the first record was sealed, and a record that one which came later has sealed. */
async function completedBesideOthers(
  ...settingsOfOthers: Parameters<typeof startReplica>[1][]
): Promise<{ others: Replica[]; key: string }> {
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  const others: Replica[] = [];
  for (const own of settingsOfOthers) {
    others.push(await startReplica(database, { REPLAY_CACHE_LEASE_MS: '0', ...own }));
  }
  const { api } = await startReplica(database, { ...settings, LOG_LEVEL: 'silent' });
  const { key, claimToken } = await holdClaim(api);
  expect((await api.complete(key, { claimToken, outcome: { body: 'paid' } })).status).toBe(200);
  return { others, key };
}
