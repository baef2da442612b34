import { getHeapSpaceStatistics } from 'node:v8';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StatementPool } from '../../src/infrastructure/database/statement-pool.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

const TIMEOUT_MS = 300;

/** What was young and outlived a collection. Bytes. */
function oldBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === 'old_space')
    .reduce((bytes, { space_used_size: used }) => bytes + used, 0);
}

describe('a statement on a pooled connection', () => {
  let database: TestDatabase;
  let statements: StatementPool;

  beforeAll(async () => {
    database = await createDatabase();
    statements = new StatementPool({ connectionString: database.url, max: 1 }, TIMEOUT_MS);
    statements.pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await statements.pool.end();
    await database.drop();
  });

  const backend = async (): Promise<number> => {
    const [row] = await statements.send<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
    return row!.pid;
  };

  it('answers its rows, or what PostgreSQL says is wrong', async () => {
    expect(await statements.send({ text: 'SELECT $1::int AS n', values: [7] })).toEqual([{ n: 7 }]);
    await expect(statements.send({ text: 'SELECT 1 / 0' })).rejects.toMatchObject({ code: '22012' });
    expect(await statements.send({ text: 'SELECT 8 AS n' })).toEqual([{ n: 8 }]);
  });

  it('is given up after its time, and its connection with it', async () => {
    const before = await backend();
    const started = performance.now();
    await expect(statements.send({ text: 'SELECT pg_sleep(5)' })).rejects.toThrow('no answer within 300 ms');
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(await backend()).not.toBe(before);
  });

  it('is given up after its time where Prisma sends it', async () => {
    const before = await backend();
    await expect(statements.pool.query({ text: 'SELECT pg_sleep(5)' })).rejects.toThrow('timeout');
    expect(await backend()).not.toBe(before);
  });

  it('fails where its connection breaks, and the next one gets another', async () => {
    const before = await backend();
    const failure = expect(statements.send({ text: 'SELECT pg_sleep(0.2)' })).rejects.toThrow();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('SELECT pg_terminate_backend($1)', [before]);
    await client.end();
    await failure;
    expect(await backend()).not.toBe(before);
  });

  it('fails where there is no server', async () => {
    const nowhere = new StatementPool({ connectionString: 'postgres://127.0.0.1:1/none' }, TIMEOUT_MS);
    await expect(nowhere.send({ text: 'SELECT 1' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await nowhere.pool.end();
  });

  it('leaves nothing behind that outlives a collection of what is young', async () => {
    const send = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time++) {
        await statements.send({ text: 'SELECT length($1) AS n', values: [`${time} `.repeat(10_000)] });
      }
    };
    await send(200);
    const before = oldBytes();
    let most = 0;
    for (let part = 0; part < 20; part++) {
      await send(100);
      most = Math.max(most, oldBytes() - before);
    }
    // Some 100 MB went through: 0.05 MB here, 5 MB with pg's `query_timeout`.
    expect(most).toBeLessThan(1e6);
  });
});
