import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exitCodes } from '../src/exit-codes.js';
import { createProgram } from '../src/program.js';
import { installIdem } from './support/installed.js';
import { temporaryDir, useWorld } from './support/world.js';

const world = useWorld();
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the first example prints what the README says', async () => {
  const [, example = ''] = /```sh\n(.*?)```/su.exec(readme) ?? [];
  const [, printed] = /```text\n(.*?)```/su.exec(readme) ?? [];
  const cwd = await temporaryDir();
  const env = { PATH: await installIdem(cwd), IDEMPOTENCY_URL: world.service.url };
  const { stdout } = await promisify(execFile)('bash', ['-c', example], { env, cwd });
  expect(stdout).toBe(printed);
});

test('the table of exit codes is that of the source', () => {
  const rows = [...readme.matchAll(/^\| (\d+) +\| (.*?) +\| (.*?) +\|$/gmu)];
  const documented = rows.map(([, code, meaning, action = '']) => [Number(code), meaning, action.trim()]);
  expect(documented).toEqual(
    Object.values(exitCodes).map(({ code, meaning, action }) => [code, meaning, action]),
  );
});

test.each(createProgram('0.0.0').commands.map((command) => ({ name: command.name(), command })))(
  'idem $name and each of its options is in the README',
  ({ name, command }) => {
    const documented = new Set(readme.match(/--[a-z-]+/gu));
    expect(readme).toContain(`| \`idem ${name}`);
    for (const { long } of command.options) expect([...documented]).toContain(long);
  },
);
