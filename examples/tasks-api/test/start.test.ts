import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '@infra-services/local-postgres';
import { expect, onTestFinished, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

test('the README: its start command, then each of its calls in turn', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [start = '', ...calls] = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, command = '']) => command,
  );
  // The run has built it all; what is left of the script is what runs after the build.
  expect(start).toContain(`--filter ${manifest.name} start`);
  const program = manifest.scripts.start.split(' && ').at(-1) ?? '';
  const port = await startProgram(program);

  const answers: string[] = [];
  for (const call of [calls[0] ?? '', ...calls]) answers.push(await shell(call.replace(':3100', `:${port}`)));
  const [first = '', again = '', mismatch = '', theirs = '', list = ''] = answers;
  expect(answers.map((answer) => answer.slice(9, 12))).toEqual(['201', '201', '422', '201', '200']);
  expect(bodyOf(again)).toBe(bodyOf(first));
  expect([first, again].map((answer) => /^idempotent-replayed: true/im.test(answer))).toEqual([false, true]);
  expect(mismatch).toContain('"KEY_REUSED"');
  expect(theirs).not.toMatch(/^idempotent-replayed/im);
  expect(JSON.parse(bodyOf(list))).toMatchObject({ items: [JSON.parse(bodyOf(first))], nextCursor: null });
}, 180_000);

/** Runs until the test ends, in a data directory of its own; returns its port. */
async function startProgram(command: string): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tasks-api-'));
  // Run by root, PostgreSQL is a user of its own, who must be able to enter.
  await chmod(dataDir, 0o755);
  const port = await freePort();
  const [, ...args] = command.split(' ');
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env.PATH, PORT: String(port), DATA_DIR: join(dataDir, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('listens on')) resolve();
    });
    exited.then(() => reject(new Error('the example did not start')), reject);
  });
  return port;
}

async function shell(command: string): Promise<string> {
  const child = spawn('sh', ['-c', command]);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks).toString();
}

function bodyOf(answer: string): string {
  return answer.split('\r\n\r\n').at(-1) ?? '';
}
