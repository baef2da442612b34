import { chmod, readFile, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { startLocalPostgres } from '@infra-services/local-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { ask, hasPostmasterFile, start, temporaryDir } from './support/world.js';

test('a first start initialises the directory and answers', async () => {
  const dataDir = await temporaryDir();
  const lines: string[] = [];
  const postgres = await start({ dataDir, onLog: (line) => lines.push(line) });

  expect(await ask(postgres.url, 'SHOW server_version_num')).toMatch(/^18/);
  expect(await ask(postgres.url, 'SHOW server_encoding')).toBe('UTF8');
  expect(await ask(postgres.url, `SELECT datcollate FROM pg_database WHERE datname = 'template1'`)).toBe('C');
  expect(await ask(postgres.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
  expect(lines.some((line) => line.includes('ready to accept connections'))).toBe(true);
});

test('commits are durable unless the caller says otherwise', async () => {
  const postgres = await startLocalPostgres({ dataDir: await temporaryDir() });
  onTestFinished(() => postgres.stop());

  expect(await ask(postgres.url, 'SHOW fsync')).toBe('on');
  expect(await ask(postgres.url, 'SHOW synchronous_commit')).toBe('on');
});

test('a second start on the same directory and port finds the data again', async () => {
  const dataDir = await temporaryDir();
  const first = await start({ dataDir });
  await ask(first.url, 'CREATE DATABASE kept');
  await ask(first.databaseUrl('kept'), `CREATE TABLE note AS SELECT 'still here' AS text`);
  await first.stop();
  expect(hasPostmasterFile(dataDir)).toBe(false);

  const second = await start({ dataDir, port: first.port });

  expect(second.url).toBe(first.url);
  expect(await ask(second.databaseUrl('kept'), 'SELECT text FROM note')).toBe('still here');
});

test('nobody logs in without the password, which only its owner may read', async () => {
  const dataDir = await temporaryDir();
  const postgres = await start({ dataDir });
  const password = join(dataDir, 'postgres.password');

  expect((await stat(password)).mode & 0o777).toBe(0o600);
  expect(postgres.url).toContain((await readFile(password, 'utf8')).trim());
  await expect(
    ask(`postgres://postgres:wrong@127.0.0.1:${postgres.port}/postgres`, 'SELECT 1'),
  ).rejects.toThrow('password authentication failed');
});

test('a relative directory, with a long name, is one below the working directory', async () => {
  const parent = await temporaryDir();
  // As root, PostgreSQL runs as another user, who has to get in.
  await chmod(parent, 0o755);
  const dataDir = join(parent, 'd'.repeat(120), 'data');
  const postgres = await start({ dataDir: relative(process.cwd(), dataDir) });

  expect(postgres.dataDir).toBe(dataDir);
  expect(hasPostmasterFile(dataDir)).toBe(true);
});

test('an existing directory that only its owner may enter will do', async () => {
  const dataDir = await temporaryDir();
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);

  const postgres = await start({ dataDir });

  expect(await ask(postgres.url, 'SELECT 1')).toBe(1);
});

test('a port in use is told in one line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;

  await expect(start({ dataDir: await temporaryDir(), port })).rejects.toMatchObject({
    name: 'LocalPostgresError',
    problem: 'port_unusable',
    message: `Cannot listen on 127.0.0.1:${port} (EADDRINUSE): stop what uses it, or choose another port.`,
  });
});

test('a setting that PostgreSQL refuses is told with its own words', async () => {
  const refused = start({ dataDir: await temporaryDir(), settings: { shared_buffers: 'many' } });

  await expect(refused).rejects.toMatchObject({
    problem: 'start_failed',
    message: 'PostgreSQL did not start: FATAL:  invalid value for parameter "shared_buffers": "many"',
  });
});
