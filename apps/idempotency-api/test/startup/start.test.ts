import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { createDatabase } from '../support/database.js';
import { temporaryDir } from '../support/faults-postgres.js';
import { runProgram, untilListening, type Program } from '../support/faults-process.js';
import { newKey } from '../support/world.js';

/** A first start initialises a cluster, which takes seconds on a busy machine. */
const TIMEOUT_MS = 60_000;

/** Another address of this machine: Linux has all of 127.0.0.0/8, macOS the one. */
const OTHER_LOOPBACK = process.platform === 'linux' ? '127.0.0.2' : '::1';

async function newDataDir(): Promise<string> {
  const parent = await temporaryDir();
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  return join(parent, 'data');
}

function start(environment: Readonly<Record<string, string>>): Program {
  return runProgram('start', { PORT: '0', ...environment });
}

function clientOf(url: string): ApiClient {
  const api = new ApiClient(url);
  onTestFinished(() => api.close());
  return api;
}

async function stop(program: Program, signal: NodeJS.Signals): Promise<number | null> {
  program.child.kill(signal);
  return program.ended;
}

/** The pid of the Postgres that runs on the data directory. */
async function postmasterPid(dataDir: string): Promise<number> {
  const file = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function completeOne(api: ApiClient): Promise<{ key: string; outcome: object }> {
  const { key, claimToken } = await holdClaim(api);
  const outcome = { status: 201, body: { id: randomUUID() } };
  expect((await api.complete(key, { claimToken, outcome })).status).toBe(200);
  return { key, outcome };
}

it(
  'the first start says that it migrated, then that it listens, and a curl that works as printed',
  async () => {
    const program = start({ DATA_DIR: await newDataDir() });
    // Asked the moment that any line says so: who is told that it listens must find it listening.
    const [url = ''] = /http:[\w.:/]+/.exec(await program.line(/listen/i)) ?? [];
    expect((await clientOf(url).send('GET', '/health/ready')).status).toBe(200);

    const command = (await program.line(/^\s*curl /)).trim();
    const first = await sh(command);
    const second = await sh(command);
    expect(JSON.parse(first)).toMatchObject({ decision: 'execute', key: 'order-1017', attempt: 1 });
    expect(JSON.parse(second)).toMatchObject({ code: 'CLAIM_IN_PROGRESS' });

    const printed = program.stdout.join('\n');
    const order = ['schema migrated', `listens on ${url}`, 'curl '].map((text) => printed.indexOf(text));
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(order).not.toContain(-1);
    expect(printed.indexOf('"msg":"listening"')).toBeGreaterThan(order[0]!);
    expect(await stop(program, 'SIGTERM')).toBe(0);
    expect(program.stderr).toEqual([]);
  },
  TIMEOUT_MS,
);

it(
  'a start after SIGTERM, and one right after SIGKILL, find the outcomes of those before',
  async () => {
    const dataDir = await newDataDir();
    const first = start({ DATA_DIR: dataDir });
    const one = await completeOne(clientOf(await untilListening(first)));
    expect(await stop(first, 'SIGTERM')).toBe(0);

    const second = start({ DATA_DIR: dataDir });
    const api = clientOf(await untilListening(second));
    expect((await api.claim({ key: one.key })).body).toMatchObject({
      decision: 'replay',
      outcome: one.outcome,
    });
    const other = await completeOne(api);
    second.child.kill('SIGKILL');

    const third = start({ DATA_DIR: dataDir });
    const again = clientOf(await untilListening(third));
    for (const { key, outcome } of [one, other]) {
      expect((await again.claim({ key })).body).toMatchObject({ decision: 'replay', outcome });
    }
    expect(await stop(third, 'SIGTERM')).toBe(0);
  },
  TIMEOUT_MS,
);

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s to the whole process group, as from a terminal, stops the service and then its Postgres',
  async (signal) => {
    const dataDir = await newDataDir();
    const program = start({ DATA_DIR: dataDir });
    await untilListening(program);
    const pid = await postmasterPid(dataDir);
    expect(isAlive(pid)).toBe(true);

    process.kill(-program.child.pid!, signal);
    expect(await program.ended).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
    expect(program.stdout.at(-1)).toContain('"msg":"stopped"');
    expect(program.stderr).toEqual([]);
  },
  TIMEOUT_MS,
);

it(
  'a start that is killed takes its Postgres along',
  async () => {
    const dataDir = await newDataDir();
    const program = start({ DATA_DIR: dataDir });
    await untilListening(program);
    const pid = await postmasterPid(dataDir);
    await stop(program, 'SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
  },
  TIMEOUT_MS,
);

it(
  'PORT and HOST are honoured, and with a DATABASE_URL no Postgres is brought up',
  async () => {
    const dataDir = await newDataDir();
    const database = await createDatabase();
    const program = start({ DATABASE_URL: database.url, DATA_DIR: dataDir, HOST: OTHER_LOOPBACK });
    const url = await untilListening(program);
    const api = clientOf(url);
    const key = newKey();
    expect((await api.claim({ key })).status).toBe(201);
    const { rowCount } = await database.pool.query('SELECT FROM record_by_parts WHERE key = $1', [key]);
    expect(rowCount).toBe(1);
    await expect(readdir(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });

    const { port, hostname } = new URL(url);
    expect(hostname).toContain(OTHER_LOOPBACK);
    expect(await program.line(/curl /)).toContain(url);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
    expect(await stop(program, 'SIGTERM')).toBe(0);

    const samePort = start({ DATABASE_URL: database.url, PORT: port });
    expect(await untilListening(samePort)).toBe(`http://127.0.0.1:${port}`);
    expect(await stop(samePort, 'SIGINT')).toBe(0);
    await database.drop();
  },
  TIMEOUT_MS,
);

async function sh(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command]);
  return stdout;
}
