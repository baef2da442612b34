import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { freePort } from '@infra-services/local-postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { runProgram } from '../support/faults-process.js';

/** Never to be seen in what a program prints. */
const SECRET = 'hunter2-do-not-print';

let database: TestDatabase;
/** Listens, and never says a word. */
let silent: Server;

beforeAll(async () => {
  database = await createDatabase();
  silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
});

afterAll(async () => {
  silent.close();
  await database.drop();
});

/** The test's database with parts of its URL replaced. */
function urlWith(parts: Partial<Pick<URL, 'username' | 'password' | 'pathname' | 'host'>>): string {
  return Object.assign(new URL(database.url), parts).href;
}

function silentPort(): string {
  return String((silent.address() as AddressInfo).port);
}

interface Refusal {
  readonly name: string;
  readonly environment: () => Record<string, string> | Promise<Record<string, string>>;
  readonly says: RegExp;
}

const refusals: Refusal[] = [
  { name: 'no DATABASE_URL', environment: () => ({}), says: /DATABASE_URL is not set/ },
  {
    name: 'a DATABASE_URL that is empty',
    environment: () => ({ DATABASE_URL: '' }),
    says: /DATABASE_URL is not set/,
  },
  {
    name: 'the URL of another database',
    environment: () => ({ DATABASE_URL: `mysql://root:${SECRET}@127.0.0.1/db` }),
    says: /DATABASE_URL must match/,
  },
  {
    name: 'a DATABASE_URL that is no URL',
    environment: () => ({ DATABASE_URL: `postgres://user:${SECRET}@[::bad/db` }),
    says: /DATABASE_URL is not a valid URL/,
  },
  {
    name: 'a password with an unescaped %',
    environment: async () => ({
      DATABASE_URL: `postgres://user:${SECRET}%zz@127.0.0.1:${await freePort()}/db`,
    }),
    says: /DATABASE_URL/,
  },
  {
    name: 'a wrong password',
    environment: () => ({ DATABASE_URL: urlWith({ password: SECRET }) }),
    says: /PostgreSQL refuses user or password: check DATABASE_URL/,
  },
  {
    name: 'an unknown user',
    environment: () => ({ DATABASE_URL: urlWith({ username: 'nobody_here', password: SECRET }) }),
    says: /PostgreSQL refuses user or password: check DATABASE_URL/,
  },
  {
    name: 'an unknown database',
    environment: () => ({ DATABASE_URL: urlWith({ pathname: '/no_such_database' }) }),
    says: /the database named by DATABASE_URL does not exist/,
  },
  {
    name: 'a port where nothing listens',
    environment: async () => ({ DATABASE_URL: `postgres://user:${SECRET}@127.0.0.1:${await freePort()}/db` }),
    says: /PostgreSQL cannot be reached \(ECONNREFUSED\)/,
  },
  {
    name: 'a database host that does not exist',
    environment: () => ({ DATABASE_URL: `postgres://user:${SECRET}@nowhere.invalid/db` }),
    says: /PostgreSQL cannot be reached \((ENOTFOUND|EAI_AGAIN|timeout expired)\)/,
  },
  {
    name: 'a server that does not answer',
    environment: () => ({ DATABASE_URL: `postgres://user:${SECRET}@127.0.0.1:${silentPort()}/db` }),
    says: /PostgreSQL cannot be reached \(timeout expired\): .*DATABASE_URL/,
  },
  {
    name: 'a PORT in use',
    environment: () => ({ DATABASE_URL: database.url, PORT: silentPort() }),
    says: /port \d+ of 127\.0\.0\.1 is in use: .*set PORT/,
  },
  {
    name: 'a HOST of another machine',
    environment: () => ({
      DATABASE_URL: database.url,
      PORT: '0',
      HOST: '192.0.2.1',
      ALLOW_UNAUTHENTICATED: 'true',
    }),
    says: /192\.0\.2\.1 is not an address of this machine: set HOST/,
  },
  {
    name: 'a HOST that does not exist',
    environment: () => ({
      DATABASE_URL: database.url,
      PORT: '0',
      HOST: 'nowhere.invalid',
      ALLOW_UNAUTHENTICATED: 'true',
    }),
    says: /cannot listen .*check HOST/,
  },
  ...['0.0.0.0', '::', '192.0.2.1', 'api.example'].map((host) => ({
    name: `a HOST that others can reach while calls carry no token: ${host}`,
    environment: () => ({ DATABASE_URL: database.url, PORT: '0', HOST: host }),
    says: /HOST .* AUTH_MODE is off: set AUTH_MODE=token and TOKENS_FILE, or ALLOW_UNAUTHENTICATED=true/,
  })),
  {
    name: 'tokens without a file of them',
    environment: () => ({ DATABASE_URL: database.url, PORT: '0', AUTH_MODE: 'token' }),
    says: /TOKENS_FILE is not set/,
  },
  {
    name: 'a tokens file that is not there',
    environment: () => ({
      DATABASE_URL: database.url,
      PORT: '0',
      AUTH_MODE: 'token',
      TOKENS_FILE: '/nowhere/tokens.json',
    }),
    says: /TOKENS_FILE: cannot be read \(ENOENT\)/,
  },
  {
    name: 'a memory for outcomes that the heap cannot hold',
    environment: () => ({ DATABASE_URL: database.url, PORT: '0', REPLAY_CACHE_MAX_BYTES: '60000000000' }),
    says: /REPLAY_CACHE_MAX_BYTES is more than half of the heap, which is \d+ here: lower it, or raise the heap with NODE_OPTIONS/,
  },
];

describe('a start that cannot succeed says why in one line', () => {
  it.each(refusals)('$name', async ({ environment, says }) => {
    const program = runProgram('main', await environment());
    expect(await program.ended).toBe(1);
    expect(program.stderr).toHaveLength(1);
    expect(program.stderr[0]).toMatch(says);
    expect(program.stderr[0]).toMatch(/^idempotency-api: /);
    expect([...program.stderr, ...program.stdout].join('\n')).not.toContain(SECRET);
    expect(program.stdout.join('\n')).not.toContain('listening');
  });

  it('several bad variables, all at once and without their values', async () => {
    const program = runProgram('main', {
      DATABASE_URL: `redis://${SECRET}`,
      PORT: SECRET,
      LOG_LEVEL: SECRET,
      BATCH_LANES: '0',
      LEASE_DEFAULT_MS: '1.5',
    });
    expect(await program.ended).toBe(1);
    expect(program.stderr).toHaveLength(1);
    for (const name of ['DATABASE_URL', 'PORT', 'LOG_LEVEL', 'BATCH_LANES', 'LEASE_DEFAULT_MS']) {
      expect(program.stderr[0]).toContain(name);
    }
    expect(program.stderr[0]).not.toContain('HOST');
    expect([...program.stderr, ...program.stdout].join('\n')).not.toContain(SECRET);
  });
});

it.each(['main', 'migrate'] as const)(
  '%s refuses a migration that was edited after it had been applied',
  async (name) => {
    const edited = await createDatabase();
    await edited.pool.query(`UPDATE _prisma_migrations SET checksum = repeat('0', 64)`);
    const program = runProgram(name, { DATABASE_URL: edited.url, PORT: '0' });
    expect(await program.ended).toBe(1);
    expect(program.stderr).toEqual([
      expect.stringMatching(/: migration \d+_\w+ was edited after it had been applied: restore the file/),
    ]);
    await edited.drop();
  },
);
