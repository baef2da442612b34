import { describe, expect, it, onTestFinished } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { runProgram, untilListening } from '../support/faults-process.js';
import { startReplica } from '../support/replica.js';
import { keysFile, newEncryptionKey } from '../support/seals.js';
import { storedTask } from '../support/tasks.js';

const keys = { k1: newEncryptionKey(), k2: newEncryptionKey() };
const { k1, k2 } = keys;
const quiet = { LOG_LEVEL: 'silent', BACKGROUND_POLL_MS: '20', REPLAY_CACHE_LEASE_MS: '0' };

const refusals = [
  ['no KEYS_FILE', undefined, /KEYS_FILE is not set, and so lacks the key "k1", .*: put it back/],
  ['a KEYS_FILE without the key', keysFile({ k2 }, 'k2'), /KEYS_FILE lacks the key "k1", .*: put it back/],
  [
    'another key by its id',
    keysFile({ k1: k2 }, 'k1'),
    /KEYS_FILE has another key by the id of the key "k1"/,
  ],
  [
    'another key by its id, not active',
    keysFile({ k1: k2, k2 }, 'k2'),
    /KEYS_FILE has another key by the id/,
  ],
] as const;

describe('a database with records that are encrypted', () => {
  it.each(refusals)('refuses a service with %s, in one line that shows no key', async (_, file, says) => {
    const database = await databaseSealedUnderK1();
    const program = runProgram('main', {
      DATABASE_URL: database.url,
      PORT: '0',
      ...(file !== undefined && { KEYS_FILE: file }),
    });
    expect(await program.ended).toBe(1);
    expect(program.stderr).toEqual([expect.stringMatching(says)]);
    for (const key of [k1, k2]) expect(program.stderr[0]).not.toContain(key.slice(0, 8));
    expect(program.stdout.join('\n')).not.toContain('listening');
  });

  it('takes the wrong key from nobody: two that come first at once cannot both seal', async () => {
    const database = await freshDatabase();
    const started = await Promise.allSettled([
      startReplica(database, { ...quiet, KEYS_FILE: keysFile({ k1 }, 'k1') }),
      startReplica(database, { ...quiet, KEYS_FILE: keysFile({ k1: k2 }, 'k1') }),
    ]);
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('lets go of a key once a pass has found nothing under it and nobody seals under it', async () => {
    const database = await freshDatabase();
    const former = await startReplica(database, { ...quiet, KEYS_FILE: keysFile(keys, 'k1') });
    const { key, claimToken } = await holdClaim(former.api);
    await former.api.complete(key, { claimToken, outcome: { body: 'paid' } });
    await former.close();

    const ROTATION_INTERVAL_MS = '100';
    const next = await startReplica(database, {
      ...quiet,
      KEYS_FILE: keysFile(keys, 'k2'),
      ROTATION_INTERVAL_MS,
    });
    await untilTwoPassesOver(database);
    expect(await registered(database)).toEqual(['k1', 'k2']);

    await database.pool.query(
      `UPDATE encryption_key SET last_active_at = last_active_at - interval '1 hour' WHERE id = 'k1'`,
    );
    await expect.poll(() => registered(database), { timeout: 15_000 }).toEqual(['k2']);
    await next.close();
    const poorer = runProgram('main', {
      DATABASE_URL: database.url,
      PORT: '0',
      KEYS_FILE: keysFile({ k2 }, 'k2'),
    });
    await untilListening(poorer);
    const last = await startReplica(database, { ...quiet, KEYS_FILE: keysFile({ k2 }, 'k2') });
    expect((await last.api.claim({ key })).body.outcome).toEqual({ body: 'paid' });
  });

  it('keeps a key while something under it could not be opened', async () => {
    const database = await databaseSealedUnderK1();
    await database.pool.query(
      `UPDATE encryption_key SET last_active_at = last_active_at - interval '1 hour' WHERE id = 'k1'`,
    );
    await database.pool.query(`UPDATE idempotency_record SET outcome = substring(outcome FROM 1 FOR 40)`);
    const KEYS_FILE = keysFile(keys, 'k2');
    await startReplica(database, { ...quiet, KEYS_FILE, ROTATION_INTERVAL_MS: '100' });
    await untilTwoPassesOver(database);
    expect(await registered(database)).toEqual(['k1', 'k2']);
  });
});

async function freshDatabase(): Promise<TestDatabase> {
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  return database;
}

/** With one outcome under k1, and no replica any more. */
async function databaseSealedUnderK1(): Promise<TestDatabase> {
  const database = await freshDatabase();
  const replica = await startReplica(database, { ...quiet, KEYS_FILE: keysFile({ k1 }, 'k1') });
  const { key, claimToken } = await holdClaim(replica.api);
  await replica.api.complete(key, { claimToken, outcome: { body: 'paid' } });
  await replica.close();
  return database;
}

async function registered(database: TestDatabase): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>('SELECT id FROM encryption_key ORDER BY id');
  return rows.map(({ id }) => id);
}

/** Until two passes to k2 that began after now are over. */
async function untilTwoPassesOver(database: TestDatabase): Promise<void> {
  const over = new Set<unknown>();
  await expect
    .poll(
      async () => {
        const pass = (await storedTask(database, 'rotate-keys'))?.progress;
        if (pass?.keyId === 'k2' && pass.isOver === true) over.add(pass.beganAt);
        return over.size;
      },
      { timeout: 15_000, interval: 20 },
    )
    .toBeGreaterThan(2);
}
