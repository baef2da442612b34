import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { untilWritten } from './support/idem.js';
import { temporaryDir, useWorld } from './support/world.js';
import { installIdem } from './support/installed.js';

const world = useWorld();

test('a run whose outcome could not be stored says so, and the command it names finishes it', async () => {
  const script = 'echo begun; read line; exit 6';
  const words = [
    'run',
    '--key',
    "the day's backup",
    '-n',
    'jobs',
    '--lease',
    '30s',
    '--',
    'sh',
    '-c',
    script,
  ];
  const { process: running, ended } = world.idem.start(...words);
  await untilWritten(running.stdout, 'begun');
  await world.service.kill();
  running.stdin.end('\n');
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(74);
  expect(stderr).toMatch(/^idem: The command ran and ended with 6, [^\n]+\n$/u);

  await world.service.start();
  const [, command = ''] = /answers again: (idem complete .*)$/mu.exec(stderr) ?? [];
  const PATH = await installIdem(await temporaryDir());
  await promisify(execFile)('sh', ['-c', command], { env: { PATH, IDEMPOTENCY_URL: world.service.url } });
  expect(await world.idem.end(...words)).toMatchObject({ exitCode: 6, stdout: '' });
  // The client tries to store an outcome for 30 s at the least.
}, 90_000);
