import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { areas, mutants, mutated } from './mutants.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const service = join(root, 'apps/idempotency-api');

describe('mutants', () => {
  it.each(mutants)('of a guard that is where it is looked for: $guard', (mutant) => {
    const source = readFileSync(join(service, 'src', mutant.file), 'utf8');
    expect(mutated(source, mutant)).not.toBe(source);
  });

  it.each(mutants)('name tests that are there: $guard', ({ tests }) => {
    expect(tests).not.toEqual([]);
    expect(tests.filter((test) => !existsSync(join(service, 'test', test)))).toEqual([]);
  });

  it('are as many as docs/reliability.md says, area by area', () => {
    const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
    const [, table = ''] = page.split('\n## Mutants\n');
    const rows = [...table.matchAll(/^\| `(\w+)` +\| (\d+) +\|/gmu)].map(([, area, count]) => [
      area,
      Number(count),
    ]);
    expect(rows).toEqual(Object.entries(areas).map(([area, those]) => [area, those.length]));
  });

  it('have names of their own', () => {
    const guards = mutants.map(({ guard }) => guard);
    expect(guards).toEqual([...new Set(guards)]);
  });

  it.each([
    ['run.mjs', 'tokne'],
    ['chaos.mjs', 'tokne'],
    // What every object has is no area.
    ['run.mjs', 'toString'],
  ])('of no guard are refused in one line that names the guards: %s %s', (program, word) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'scripts/mutants', program), word],
      { encoding: 'utf8' },
    );
    expect(stderr).toMatch(
      /^mutants: no guard has "(tokne|toString)" in its name; there are: .*token check.*\n$/u,
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
