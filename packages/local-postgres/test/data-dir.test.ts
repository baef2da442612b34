import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, start, temporaryDir } from './support/world.js';

const isRoot = process.getuid?.() === 0;

/** A data directory whose cluster consists of these files alone: enough to be refused. */
async function directoryWithCluster(files: Record<string, string>): Promise<string> {
  const dataDir = await temporaryDir();
  await mkdir(join(dataDir, 'postgres'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(dataDir, 'postgres', name), text);
  return dataDir;
}

test('a directory that cannot be made is told in one line', async () => {
  const file = join(await temporaryDir(), 'file');
  await writeFile(file, '');
  const dataDir = join(file, 'data');

  await expect(start({ dataDir })).rejects.toMatchObject({
    name: 'LocalPostgresError',
    problem: 'data_dir_unusable',
    message: `Cannot write ${dataDir} (ENOTDIR: not a directory, mkdir '${dataDir}'): make it writable for this user, or set DATA_DIR to another directory.`,
  });
});

// Permissions mean nothing to root, whose Postgres runs as another user: each has a refusal of its own.
if (isRoot) {
  test('as root, a directory on the way that its Postgres cannot enter is named', async () => {
    const barrier = await temporaryDir();
    const dataDir = join(barrier, 'data');
    await chmod(barrier, 0o700);

    await expect(start({ dataDir })).rejects.toMatchObject({
      problem: 'data_dir_unusable',
      message: `PostgreSQL runs as the user "postgres" here, who may not enter ${barrier}: set DATA_DIR to a directory that every user can reach.`,
    });
  });
} else {
  test('a directory without write permission is told in one line', async () => {
    const dataDir = await temporaryDir();
    await chmod(dataDir, 0o500);

    await expect(start({ dataDir })).rejects.toMatchObject({
      problem: 'data_dir_unusable',
      message: expect.stringMatching(/^Cannot write .* \(EACCES: .*\): make it writable/) as string,
    });
  });
}

test('a cluster of another major version is told, and left alone', async () => {
  const dataDir = await directoryWithCluster({ PG_VERSION: '17\n', base: '' });
  const cluster = join(dataDir, 'postgres');

  await expect(start({ dataDir })).rejects.toMatchObject({
    problem: 'other_version',
    message: `${cluster} belongs to PostgreSQL 17 and this is PostgreSQL 18: move it away, or set DATA_DIR to another directory.`,
  });
  expect(await readdir(cluster)).toEqual(['PG_VERSION', 'base']);
});

test('files that are no cluster are never overwritten', async () => {
  const dataDir = await directoryWithCluster({ base: '' });

  await expect(start({ dataDir })).rejects.toMatchObject({
    problem: 'data_dir_unusable',
    message: expect.stringContaining('has files but no PG_VERSION') as string,
  });
});

test('the data directory of some other PostgreSQL is not taken for ours', async () => {
  const dataDir = await temporaryDir();
  await writeFile(join(dataDir, 'PG_VERSION'), '18\n');

  await expect(start({ dataDir })).rejects.toMatchObject({ problem: 'data_dir_unusable' });
  expect(await readdir(dataDir)).toEqual(['PG_VERSION']);
});

test('a half initialised directory is repaired', async () => {
  const dataDir = await temporaryDir();
  const abandoned = join(dataDir, 'postgres.initialising-abandoned', 'postgres');
  await mkdir(abandoned, { recursive: true });
  await writeFile(join(abandoned, 'PG_VERSION'), '18\n');
  await writeFile(join(dataDir, 'postgres.password'), 'of a cluster that was never made\n');
  await mkdir(join(dataDir, 'postgres'));

  const postgres = await start({ dataDir });

  expect(await ask(postgres.url, 'SELECT 1')).toBe(1);
  expect((await readdir(dataDir)).join()).not.toContain('initialising');
});

test('a lost password is told, with the file to restore', async () => {
  const dataDir = await directoryWithCluster({ PG_VERSION: '18\n' });

  await expect(start({ dataDir })).rejects.toMatchObject({
    problem: 'data_dir_unusable',
    message: expect.stringContaining(`Cannot read ${join(dataDir, 'postgres.password')}`) as string,
  });
});

test('a symbolic link and its target are the same directory', async () => {
  const dataDir = await temporaryDir();
  const link = join(await temporaryDir(), 'link');
  await symlink(dataDir, link);
  await start({ dataDir });

  await expect(start({ dataDir: link })).rejects.toMatchObject({ problem: 'data_dir_in_use' });
});
