import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { temporaryDir } from '../support/faults-postgres.js';
import { runProgram, untilListening } from '../support/faults-process.js';

const TIMEOUT_MS = 60_000;

let parent: string;

beforeEach(async () => {
  parent = await temporaryDir();
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
});

async function refusalOf(dataDir: string): Promise<string> {
  const program = runProgram('start', { PORT: '0', DATA_DIR: dataDir });
  expect(await program.ended).toBe(1);
  expect(program.stdout).toEqual([]);
  expect(program.stderr).toHaveLength(1);
  return program.stderr[0]!;
}

it(
  'a data directory in use is one line, and its user goes on undisturbed',
  async () => {
    const dataDir = join(parent, 'data');
    const first = runProgram('start', { PORT: '0', DATA_DIR: dataDir });
    const api = new ApiClient(await untilListening(first));
    expect(await refusalOf(dataDir)).toBe(
      `idempotency-api: ${dataDir} is in use by another running process: stop that one, or set DATA_DIR to another directory.`,
    );
    expect((await api.send('GET', '/health/ready')).status).toBe(200);
    api.close();
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  },
  TIMEOUT_MS,
);

it('a data directory below a file cannot be written', async () => {
  const file = join(parent, 'file');
  await writeFile(file, '');
  expect(await refusalOf(join(file, 'data'))).toMatch(
    /^idempotency-api: Cannot write .*set DATA_DIR to another directory\.$/,
  );
});

it('a data directory that its user may not use names what is in the way', async () => {
  // Root may write anywhere; what stands in its way is that the user postgres, whom it runs the server as, may not.
  const isRoot = process.getuid?.() === 0;
  const barrier = join(parent, 'barrier');
  await mkdir(barrier);
  await writeFile(join(barrier, 'of-somebody-else'), '');
  await chmod(barrier, isRoot ? 0o700 : 0o500);
  const refusal = await refusalOf(join(barrier, 'data'));
  await chmod(barrier, 0o700);
  expect(refusal).toContain(barrier);
  expect(refusal).toMatch(isRoot ? /user "postgres" here, who may not enter/ : /Cannot write/);
});

it(
  'a PORT in use stops the Postgres that was brought up for it',
  async () => {
    const dataDir = join(parent, 'data');
    const first = runProgram('start', { PORT: '0', DATA_DIR: join(parent, 'other') });
    const { port } = new URL(await untilListening(first));
    const second = runProgram('start', { PORT: port, DATA_DIR: dataDir });
    expect(await second.ended).toBe(1);
    expect(second.stderr).toEqual([expect.stringMatching(/port \d+ of 127\.0\.0\.1 is in use: .*set PORT$/)]);
    const third = runProgram('start', { PORT: '0', DATA_DIR: dataDir });
    await untilListening(third);
    for (const program of [first, third]) {
      program.child.kill('SIGTERM');
      expect(await program.ended).toBe(0);
    }
  },
  TIMEOUT_MS,
);
