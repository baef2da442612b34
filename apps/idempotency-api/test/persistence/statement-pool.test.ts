import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { StatementPool } from '../../src/infrastructure/database/statement-pool.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

const TIMEOUT_MS = 300;

const memoryProgram = fileURLToPath(new URL('../support/statement-memory.ts', import.meta.url));

describe.each([
  { connections: 'is kept for the next one', max: 2 },
  { connections: 'goes back to its pool', max: 1 },
])('a statement on a connection that $connections', ({ max }) => {
  let database: TestDatabase;
  let statements: StatementPool;

  beforeAll(async () => {
    database = await createDatabase();
    statements = new StatementPool({ connectionString: database.url, max }, TIMEOUT_MS);
    statements.pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await statements.end();
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
    const prismas = async (): Promise<number> => {
      const { rows } = await statements.pool.query<{ pid: number }>({
        text: 'SELECT pg_backend_pid() AS pid',
      });
      return rows[0]!.pid;
    };
    const before = await prismas();
    await expect(statements.pool.query({ text: 'SELECT pg_sleep(5)' })).rejects.toThrow('timeout');
    expect(await prismas()).not.toBe(before);
  });

  it('fails where its connection breaks, and the next one gets another', async () => {
    const before = await backend();
    const failure = expect(statements.send({ text: 'SELECT pg_sleep(0.2)' })).rejects.toThrow();
    await terminate(database, before);
    await failure;
    expect(await backend()).not.toBe(before);
  });

  it('answers its one JSON value without a description of it', async () => {
    const echo = {
      name: 'packed_echo',
      text: `SELECT json_build_array($1::text, $2::int, encode($3::bytea, 'hex'), $4::text) AS columns`,
      isPacked: true,
    } as const;
    for (const n of [-1, 2, 3]) {
      const values = ['"ä"', n, new Uint8Array([0, 255]), null];
      expect(await statements.send({ ...echo, values })).toEqual([{ columns: ['"ä"', n, '00ff', null] }]);
    }
    const many = {
      text: 'SELECT to_json(n) AS columns FROM generate_series(1, 2) AS n',
      isPacked: true,
    } as const;
    expect(await statements.send({ ...many, name: 'packed_many', values: [] })).toEqual([
      { columns: 1 },
      { columns: 2 },
    ]);
    const none = { text: 'SELECT NULL::json AS columns', isPacked: true } as const;
    expect(await statements.send({ ...none, name: 'packed_none', values: [] })).toEqual([{ columns: null }]);
  });

  it('fails where its one value cannot be, as often as it is sent, and others go on', async () => {
    const packed = (text: string) => statements.send({ name: text, text, values: [0], isPacked: true });
    for (let times = 0; times < 2; times++) {
      await expect(packed('SELECT nothing AS columns')).rejects.toMatchObject({ code: '42703' });
      await expect(packed('SELECT to_json(1 / $1::int) AS columns')).rejects.toMatchObject({ code: '22012' });
      await expect(packed(`SELECT 'no JSON' || $1::text AS columns`)).rejects.toBeInstanceOf(SyntaxError);
      await expect(packed('SELECT to_json(pg_sleep(5)), $1::int')).rejects.toThrow('no answer within 300 ms');
      expect(await packed('SELECT to_json($1::int) AS columns')).toEqual([{ columns: 0 }]);
    }
  });

  it('has its plan kept under its name', async () => {
    const named = { name: 'echo', text: 'SELECT $1::int AS n' };
    for (const n of [1, 2]) expect(await statements.send({ ...named, values: [n] })).toEqual([{ n }]);
    expect(
      await statements.send({
        text: `SELECT name, (generic_plans + custom_plans)::int AS runs FROM pg_prepared_statements WHERE name = 'echo'`,
      }),
    ).toEqual([{ name: 'echo', runs: 2 }]);
  });

  it('fails where there is no server', async () => {
    const nowhere = new StatementPool({ connectionString: 'postgres://127.0.0.1:1/none' }, TIMEOUT_MS);
    await expect(nowhere.send({ text: 'SELECT 1' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await nowhere.end();
  });

  it('leaves nothing behind that outlives a collection of what is young', async () => {
    const program = [memoryProgram, database.url, String(max)];
    const { stdout } = await promisify(execFile)(process.execPath, program);
    expect(stdout).toMatch(/^\d+\n$/u);
    // 0.2 kB here, from 11 kB on with pg's `query_timeout`, which holds on to each statement until it is over.
    expect(Number(stdout)).toBeLessThan(5e3);
  });
});

describe('connections of statements', () => {
  const open = async (max: number): Promise<{ database: TestDatabase; statements: StatementPool }> => {
    const database = await createDatabase();
    const statements = new StatementPool({ connectionString: database.url, max }, TIMEOUT_MS);
    onTestFinished(async () => {
      await statements.end();
      await database.drop();
    });
    return { database, statements };
  };
  const pause = { text: 'SELECT pg_sleep(0.05)' };

  it('are kept up to the half of all, and idle like the others', async () => {
    const { statements } = await open(4);
    await Promise.all(Array.from({ length: 4 }, () => statements.send(pause)));
    expect(statements.state).toEqual({ total: 4, idle: 4, waiting: 0 });
    expect(statements.pool.idleCount).toBe(2);
  });

  it('go to whoever waits for one', async () => {
    const { statements } = await open(2);
    const others = [await statements.pool.connect()];
    const sent = statements.send(pause);
    await vi.waitUntil(() => statements.state.total === 2);
    const waiting = statements.pool.connect();
    expect(statements.state.waiting).toBe(1);
    await sent;
    others.push(await waiting);
    expect(statements.state).toEqual({ total: 2, idle: 0, waiting: 0 });
    for (const other of others) other.release();
  });

  it('go to Prisma, where it would wait for another one', async () => {
    const { statements } = await open(2);
    const other = await statements.pool.connect();
    await statements.send(pause);
    expect(statements.state).toEqual({ total: 2, idle: 1, waiting: 0 });
    const { rows } = await statements.pool.query({ text: 'SELECT 1 AS n' });
    expect(rows).toEqual([{ n: 1 }]);
    other.release();
  });

  it('are told of and replaced where they break while nobody waits', async () => {
    const { database, statements } = await open(2);
    const backend = async (): Promise<number> => {
      const [row] = await statements.send<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
      return row!.pid;
    };
    const before = await backend();
    const told = once(statements.pool, 'error');
    await terminate(database, before);
    expect(await told).toMatchObject([{ code: '57P01' }, expect.anything()]);
    expect(statements.state).toEqual({ total: 0, idle: 0, waiting: 0 });
    expect(await backend()).not.toBe(before);
  });

  it('close when their statements have ended, and none is kept then', async () => {
    const database = await createDatabase();
    const statements = new StatementPool({ connectionString: database.url, max: 4 }, TIMEOUT_MS);
    await Promise.all([statements.send(pause), statements.send(pause)]);
    const sent = statements.send(pause);
    await statements.end();
    await sent;
    expect(statements.state.total).toBe(0);
    await database.drop();
  });
});

async function terminate(database: TestDatabase, pid: number): Promise<void> {
  await database.pool.query('SELECT pg_terminate_backend($1)', [pid]);
}
