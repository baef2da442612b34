import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Idem } from './support/idem.js';
import { temporaryDir } from './support/world.js';

const idem = new Idem('http://127.0.0.1:3000');
const exec = promisify(execFile);

/** What bash offers for a line of words, the last one being completed. */
async function offered(...words: string[]): Promise<string[]> {
  const script = join(await temporaryDir(), 'idem.bash');
  await writeFile(script, (await idem.end('completion', 'bash')).stdout);
  const ask = `source ${script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _idem; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await exec('bash', ['--norc', '-c', ask, 'bash', ...words]);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('in bash', () => {
  test.each([
    { line: ['idem', 're'], words: ['resolve', 'release'] },
    { line: ['idem', 'list', '--st'], words: ['--state'] },
    { line: ['idem', 'list', '--state', 'c'], words: ['completed'] },
    { line: ['idem', 'token', '--scope', ''], words: ['execute', 'operate'] },
    { line: ['idem', 'token', '--e'], words: ['--expires'] },
    { line: ['idem', 'completion', ''], words: ['bash', 'zsh', 'fish'] },
    { line: ['idem', 'get', 'key', '--timeout', ''], words: [] },
    { line: ['idem', 'run', '-k', 'x', '--', 'ls', '--st'], words: [] },
  ])('$line offers $words', async ({ line, words }) => {
    expect(await offered(...line)).toEqual(words);
  });

  test('what follows run -- is completed as a command of its own', async () => {
    expect(await offered('idem', 'run', '-k', 'x', '--', 'prin')).toContain('printf');
  });
});

test.each(['bash', 'zsh', 'fish'])('the script for %s knows every command and option', async (shell) => {
  const { stdout, exitCode } = await idem.end('completion', shell);
  const help = (await idem.end('--help')).stdout;
  const commands = [...help.matchAll(/^ {2}([a-z]+) .*\[options\]/gmu)].map(([, name = '']) => name);
  expect(exitCode).toBe(0);
  expect(commands).toContain('run');
  for (const name of commands) expect(stdout).toMatch(new RegExp(String.raw`\b${name}\b`, 'u'));
  expect(stdout).toContain('on-lease-expiry');
});
