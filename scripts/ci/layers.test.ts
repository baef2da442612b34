import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractConfiguration from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { afterEach, describe, expect, it } from 'vitest';
import { BROKEN_LAYERS } from './fixtures/broken-layers.js';
import { API, SOUND_REPOSITORY, type Files } from './fixtures/sound-repository.js';

const { options, ...ruleSet } = await extractConfiguration(path.resolve('.dependency-cruiser.cjs'));
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(directories.splice(0).map((directory) => rm(directory, { recursive: true })));
});

describe('the layer rules', () => {
  it('leave a repository alone that keeps to them', async () => {
    expect(await violations(SOUND_REPOSITORY)).toEqual([]);
  });

  it('are each broken once below', () => {
    const rules = ruleSet.forbidden?.map((rule) => rule.name);
    expect([...new Set(BROKEN_LAYERS.map(({ rule }) => rule))].sort()).toEqual(rules?.sort());
  });

  it('say why they exist', () => {
    expect(ruleSet.forbidden?.filter((rule) => !rule.comment || rule.severity !== 'error')).toEqual([]);
  });

  it.each(BROKEN_LAYERS)('$rule: refuses $what', async ({ rule, files, alsoBreaks = [] }) => {
    expect(await violations({ ...SOUND_REPOSITORY, ...files })).toEqual([rule, ...alsoBreaks].sort());
  });
});

async function violations(files: Files): Promise<string[]> {
  const baseDir = await plant(files);
  const cruiseOptions: ICruiseOptions = { ...options, ruleSet, validate: true, baseDir };
  const { output } = await cruise(['apps', 'packages', 'examples'], cruiseOptions);
  const { summary } = output as ICruiseResult;
  return [...new Set(summary.violations.map((violation) => violation.rule.name))].sort();
}

/** Writes the tree into a directory of its own, with the contract linked from each place where pnpm links it. */
async function plant(files: Files): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'layers-'));
  directories.push(directory);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  for (const importer of ['.', path.join(API, '..')]) {
    const scope = path.join(directory, importer, 'node_modules/@infra-services');
    await mkdir(scope, { recursive: true });
    await symlink(
      path.join(directory, 'packages/idempotency-contract'),
      path.join(scope, 'idempotency-contract'),
    );
  }
  return directory;
}
