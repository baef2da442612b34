import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenEntry, TokensFile } from '@infra-services/idempotency-contract';
import { startLocalService } from '@infra-services/local-service';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { Idem } from './support/idem.js';
import { temporaryDir } from './support/world.js';

/** Minting asks nobody: there is no service at this address. */
const idem = new Idem('http://127.0.0.1:1');

const strangers: TokenEntry = { sha256: 'a'.repeat(64), tenant: 'elsewhere', scopes: ['execute'] };

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

async function tokensFile(content: object | string = { tokens: [strangers] }) {
  const directory = await temporaryDir();
  const path = join(directory, 'tokens.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  const text = () => readFile(path, 'utf8');
  return { directory, path, text, tokens: async () => (JSON.parse(await text()) as TokensFile).tokens };
}

describe('a minted token', () => {
  test('is 256 bits, its entry holds the digest alone, and no two are alike', async () => {
    const mint = () => idem.json<{ token: string; entry: TokenEntry }>('token');
    const { token, entry } = await mint();
    expect(token).toMatch(/^idem_[\w-]{43}$/u);
    expect(entry).toEqual({
      sha256: digestOf(token),
      tenant: 'default',
      namespaces: ['*'],
      scopes: ['execute'],
    });
    expect((await mint()).token).not.toBe(token);
  });

  test('is the first line, its entry the second one', async () => {
    const { stdout, stderr } = await idem.end('token');
    const [token = '', entry = '', ...rest] = stdout.split('\n');
    expect(JSON.parse(entry)).toMatchObject({ sha256: digestOf(token) });
    expect([rest, stderr]).toEqual([[''], '']);
  });

  test('has the tenant, namespaces, scopes, name and expiry that were asked for', async () => {
    const rights = [
      '--tenant',
      'acme',
      '--namespace',
      'payments.*',
      'orders',
      '--scope',
      'execute',
      'operate',
    ];
    const until = ['--name', 'checkout 2026-11', '--expires', '2999-05-31T02:00:00+02:00'];
    const { entry } = await idem.json<{ entry: TokenEntry }>('token', ...rights, ...until);
    expect(entry).toMatchObject({
      tenant: 'acme',
      namespaces: ['payments.*', 'orders'],
      scopes: ['execute', 'operate'],
      name: 'checkout 2026-11',
      expiresAt: '2999-05-31T00:00:00.000Z',
    });
    const before = Date.now();
    const { entry: later } = await idem.json<{ entry: TokenEntry }>('token', '--expires', '90d');
    expect(Date.parse(later.expiresAt ?? '') - before).toBeGreaterThanOrEqual(90 * 86_400_000);
  });

  test.each([
    ['--tenant', 'a/b'],
    ['--namespace', 'a*'],
    ['--scope', 'admin'],
    ['--name', 'a"b'],
    ['--expires', '2020-01-01T00:00:00Z'],
    ['--expires', '2999-05-31'],
    ['--expires', '9999999d'],
  ])('is refused %s %s, which the service would refuse or never let in', async (...words) => {
    expect(await idem.end('token', ...words)).toMatchObject({ exitCode: 64, stdout: '' });
  });
});

describe('with --file', () => {
  test('the entry is added behind those that are there, and the token alone is printed', async () => {
    const { path, tokens } = await tokensFile();
    const { stdout } = await idem.end('token', '--file', path, '--tenant', 'acme');
    const [former, added, ...more] = await tokens();
    expect([former, more]).toEqual([strangers, []]);
    expect(added).toMatchObject({ sha256: digestOf(stdout.trimEnd()), tenant: 'acme' });
  });

  test('the file keeps its mode, a link stays one, and nothing is left beside it', async () => {
    const { directory, path, tokens } = await tokensFile();
    await chmod(path, 0o640);
    const link = join(directory, 'link.json');
    await symlink(path, link);
    expect((await idem.end('token', '--file', link)).exitCode).toBe(0);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await tokens()).toHaveLength(2);
    expect(await readdir(directory)).toEqual(['link.json', 'tokens.json']);
  });

  test('whoever reads it meanwhile keeps the old file, whole: it is replaced, not rewritten', async () => {
    const { path } = await tokensFile();
    const { ino } = await stat(path);
    await idem.end('token', '--file', path);
    expect((await stat(path)).ino).not.toBe(ino);
  });

  test('of two at once, none loses the entry of the other', async () => {
    const { path, tokens } = await tokensFile();
    const ends = await Promise.all(Array.from({ length: 6 }, () => idem.end('token', '--file', path)));
    const printed = ends
      .filter(({ exitCode }) => exitCode === 0)
      .map(({ stdout }) => digestOf(stdout.trimEnd()));
    const digests = (await tokens()).map(({ sha256 }) => sha256);
    expect(digests.toSorted()).toEqual([strangers.sha256, ...printed].toSorted());
    for (const { exitCode, stdout } of ends) if (exitCode !== 0) expect([exitCode, stdout]).toEqual([64, '']);
  });

  test('and one that holds it, or was killed with it, lets nobody in', async () => {
    const { path, text } = await tokensFile();
    const before = await text();
    await writeFile(`${path}.new`, '');
    const { exitCode, stdout, stderr } = await idem.end('token', '--file', path);
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr).toContain('remove what a killed one left behind');
    expect(await text()).toBe(before);
  });

  test.each([
    ['is cut short', '{"tokens":[{"sha2'],
    ['is of another form', { tokens: [{ tenant: 'acme' }] }],
    ['lists nobody', { tokens: [] }],
    ['has a field that is not known', { tokens: [{ ...strangers, colour: 'red' }] }],
    ['has an expiry that is no time', { tokens: [{ ...strangers, expiresAt: 'soon' }] }],
    ['names a member twice', `{"tokens":[{"tenant":"a",${JSON.stringify(strangers).slice(1)}]}`],
    ['has one digest twice', { tokens: [strangers, { ...strangers, sha256: 'A'.repeat(64) }] }],
    ['holds a token for its digest', { tokens: [{ ...strangers, sha256: 'idem_secret' }] }],
  ])('a file that %s is left as it is, and no token is printed', async (_, content) => {
    const { directory, path, text } = await tokensFile(content);
    const before = await text();
    const { exitCode, stdout, stderr } = await idem.end('token', '--file', path);
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^idem: This is no tokens file: [^\n]+\n$/u);
    expect(stderr).not.toContain('idem_secret');
    expect(await text()).toBe(before);
    expect(await readdir(directory)).toEqual(['tokens.json']);
  });

  test('a file that is not there is not made: the service reads another one', async () => {
    const directory = await temporaryDir();
    expect((await idem.end('token', '--file', join(directory, 'tokens.json'))).exitCode).toBe(64);
    expect(await readdir(directory)).toEqual([]);
  });
});

test('the real service lets a minted token in once it has read the file again, for what its entry says', async () => {
  const { path } = await tokensFile();
  const settings = { AUTH_MODE: 'token', TOKENS_FILE: path, FILES_POLL_MS: '50' };
  const service = await startLocalService({ postgresUrl: inject('postgresUrl'), settings });
  onTestFinished(() => service.stop());
  const rights = ['--tenant', 'acme', '--namespace', 'payments.*', '--scope', 'execute'];
  const token = (await idem.end('token', '--file', path, ...rights)).stdout.trimEnd();
  const caller = new Idem(service.url, { IDEMPOTENCY_TOKEN: token });
  const claim = (key: string, namespace: string, by = caller) => by.end('claim', key, '-n', namespace);
  let { exitCode } = await claim('order-1', 'payments.charge');
  // Not let in until the file is read again: a reload has no event to wait for.
  while (exitCode === 77) ({ exitCode } = await claim('order-1', 'payments.charge'));
  expect(exitCode).toBe(0);

  expect((await claim('order-1', 'orders')).exitCode).toBe(77);
  expect((await caller.end('list', '-n', 'payments.charge')).exitCode).toBe(77);
  expect((await claim('order-2', 'payments.charge', new Idem(service.url))).exitCode).toBe(77);
  const stranger = new Idem(service.url, { IDEMPOTENCY_TOKEN: `${token.slice(0, -1)}_` });
  expect((await claim('order-2', 'payments.charge', stranger)).exitCode).toBe(77);

  const asOption = await new Idem(service.url).end(
    ...['run', '-k', 'backup', '-n', 'payments.backup', '--token', token, '--', 'echo', 'done'],
  );
  expect(asOption).toMatchObject({ exitCode: 0, stdout: 'done\n' });
}, 40_000);
