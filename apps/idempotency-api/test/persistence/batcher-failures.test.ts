import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreFailure } from '../../src/errors/store-failure.js';
import { Batcher, type BatcherOptions } from '../../src/infrastructure/batching/batcher.js';
import { PartlySettled } from '../../src/infrastructure/batching/partly-settled.js';
import { Database } from '../../src/infrastructure/database/database.js';
import { useWorld } from '../support/world.js';
import { insertRow, rowIn } from './rows.js';

/** Reads numbers; a text that is none fails the whole statement, as one poisoned row of a batch would. */
const readNumbers = {
  name: 'test_read_numbers',
  sql: 'SELECT t.n::int AS n FROM unnest($1::text[]) AS t (n)',
};
const lockRecord = {
  name: 'test_lock_record',
  sql: 'SELECT key FROM record_by_parts WHERE key = $1 FOR UPDATE',
};
const sleepLong = { name: 'test_sleep', sql: 'SELECT pg_sleep(10)::text' };

describe('a batcher over a real database', () => {
  const world = useWorld();
  const others: Database[] = [];
  afterEach(async () => {
    await Promise.all(others.splice(0).map((db) => db.close()));
  });

  function databaseAt(url: string, statementTimeoutMs = 5_000, lockTimeoutMs = 500): Database {
    const options = { url, poolSize: 2, connectTimeoutMs: 2_000, statementTimeoutMs, lockTimeoutMs };
    const db = new Database({ ...options, onConnectionLost: () => undefined });
    others.push(db);
    return db;
  }

  function batcherOf<Result>(
    run: BatcherOptions<string, Result>['run'],
    options: Partial<BatcherOptions<string, Result>> = {},
  ): Batcher<string, Result> {
    return new Batcher({
      operation: 'test',
      lanes: 1,
      maxAtOnce: 1,
      maxBatchSize: 100,
      maxQueued: 1_000,
      recordOf: () => 'one record',
      affinity: () => 'one lane',
      run,
      ...options,
    });
  }

  it('waits for the row of a stranger no longer than its share of a statement, so that it is told from silence', async () => {
    const key = randomUUID();
    await insertRow(world.database, rowIn('in_progress', { key }));
    const stranger = await world.database.pool.connect();
    try {
      await stranger.query('BEGIN');
      await stranger.query(lockRecord.sql, [key]);
      const db = databaseAt(world.database.url, 4_000, 60_000);
      await expect(db.query(lockRecord, [key])).rejects.toMatchObject({ kind: 'locked' });
    } finally {
      await stranger.query('ROLLBACK');
      stranger.release();
    }
  });

  it.each([
    { statementMs: 60_000, lockMs: 300, waits: '300ms' },
    { statementMs: 4_000, lockMs: 60_000, waits: '1500ms' },
  ])(
    'waits for a row as long as it is told, and three eighths of a statement at the most: $waits',
    async ({ statementMs, lockMs, waits }) => {
      const db = databaseAt(world.database.url, statementMs, lockMs);
      const show = { name: 'test_show_lock_timeout', sql: 'SHOW lock_timeout' };
      expect(await db.queryBatch(show, [])).toEqual([{ lock_timeout: waits }]);
    },
  );

  it.each([
    { poisoned: [0] },
    { poisoned: [49] },
    { poisoned: [24, 25] },
    { poisoned: Array.from({ length: 50 }, (_, index) => index) },
  ])('lets poisoned items fail alone: $poisoned of 50', async ({ poisoned }) => {
    const db = world.apps[0]!.get(Database);
    const batcher = batcherOf(async (items) => {
      const rows = await db.query<{ n: number }>(readNumbers, [items]);
      return rows.map((row) => row.n);
    });
    const items = Array.from({ length: 50 }, (_, index) =>
      poisoned.includes(index) ? 'none' : String(index),
    );
    const results = await Promise.allSettled(items.map((item) => batcher.submit(item)));
    const said = results.map((result) =>
      result.status === 'fulfilled' ? result.value : (result.reason as StoreFailure).sqlState,
    );
    expect(said).toEqual(items.map((item) => (item === 'none' ? '22P02' : Number(item))));
  });

  it('waits once for a row that a stranger has locked', async () => {
    const key = `locked-${randomUUID()}`;
    await insertRow(world.database, rowIn('in_progress', { key }));
    const db = databaseAt(world.database.url);
    const holder = await world.database.pool.connect();
    let tries = 0;
    const batcher = batcherOf(async (keys) => {
      tries++;
      await db.query(lockRecord, [keys[0]]);
      return [...keys];
    });
    try {
      await holder.query('BEGIN');
      await holder.query(lockRecord.sql, [key]);
      await expect(batcher.submit(key)).rejects.toMatchObject({ kind: 'locked', sqlState: '55P03' });
      expect(tries).toBe(1);
    } finally {
      await holder.query('COMMIT');
      holder.release();
    }
  });

  it('sends each item by itself where the answer to a batch cannot be told apart', async () => {
    const sent: string[] = [];
    const batcher = batcherOf<string>(
      (items) => {
        sent.push(items.join(' '));
        // As `inGivenOrder` has it of rows that are in no order it knows, after their statement took effect.
        if (items.length > 1) return Promise.reject(new Error('another order'));
        return Promise.resolve(items.map((item) => item.toUpperCase()));
      },
      { recordOf: (item) => item },
    );
    expect(await Promise.all(['a', 'b'].map((item) => batcher.submit(item)))).toEqual(['A', 'B']);
    expect(sent).toEqual(['a b', 'a', 'b']);
  });

  it('sends a batch again that lost to another transaction', async () => {
    let tries = 0;
    const batcher = batcherOf<string>((items) => {
      tries++;
      const lost = new StoreFailure('contention', '40P01', undefined);
      return tries === 1 ? Promise.reject(lost) : Promise.resolve([...items]);
    });
    expect(await batcher.submit('a')).toBe('a');
    expect(tries).toBe(2);
  });

  it('gives up on a batch that loses again and again', async () => {
    let tries = 0;
    const batcher = batcherOf(() => {
      tries++;
      return Promise.reject(new StoreFailure('contention', '40001', undefined));
    });
    await expect(batcher.submit('a')).rejects.toMatchObject({ kind: 'contention' });
    expect(tries).toBe(3);
  });

  it.each([
    { failed: 'lost a race', kind: 'contention', sent: ['a b c', 'b c'], said: ['A', 'B', 'C'] },
    { failed: 'met a lock', kind: 'locked', sent: ['a b c', 'b', 'c'], said: ['A', 'B', 'C'] },
    { failed: 'was not answered', kind: 'unavailable', sent: ['a b c'], said: ['A', 'failed', 'failed'] },
  ] as const)(
    'answers what was settled before a statement that $failed, and never sends it again',
    async (row) => {
      const sent: string[] = [];
      const batcher = batcherOf<string>(
        (items) => {
          sent.push(items.join(' '));
          if (sent.length > 1) return Promise.resolve(items.map((item) => item.toUpperCase()));
          return Promise.resolve(
            new PartlySettled(new Map([[0, 'A']]), new StoreFailure(row.kind, null, undefined)),
          );
        },
        { recordOf: (item) => item },
      );
      const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => batcher.submit(item)));
      expect(sent).toEqual(row.sent);
      expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual(
        row.said,
      );
    },
  );

  it('does not send again what may have taken effect', async () => {
    const db = databaseAt('postgres://nobody@127.0.0.1:1/nothing');
    let tries = 0;
    const batcher = batcherOf((items) => {
      tries++;
      return db.query<string>(readNumbers, [items]);
    });
    const results = await Promise.allSettled(['1', '2', '3'].map((item) => batcher.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tries).toBe(1);
  });

  it('fails the whole queue behind a store that is silent, in one time-out', async () => {
    const db = databaseAt(world.database.url, 600);
    let tries = 0;
    const batcher = batcherOf(
      (items) => {
        tries++;
        return db.query<string>(sleepLong, []).then(() => [...items]);
      },
      { maxBatchSize: 1 },
    );
    const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => batcher.submit(item)));
    const kinds = results.map((result) => (result as PromiseRejectedResult).reason as StoreFailure);
    expect(kinds.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(tries).toBe(1);
  });

  it('works again for whoever comes after the store does', async () => {
    const db = world.apps[0]!.get(Database);
    const gone = databaseAt('postgres://nobody@127.0.0.1:1/nothing');
    let isAway = true;
    const batcher = batcherOf(async (items) => {
      const rows = await (isAway ? gone : db).query<{ n: number }>(readNumbers, [items]);
      return rows.map((row) => row.n);
    });
    await expect(batcher.submit('1')).rejects.toMatchObject({ kind: 'unavailable' });
    isAway = false;
    expect(await batcher.submit('1')).toBe(1);
  });
});
