import { expect, test } from 'vitest';
import { countedCommand, useWorld } from './support/world.js';

const world = useWorld();

test('of 20 processes at once one runs the command, and all print its output and exit with its code', async () => {
  const { words, runs } = await countedCommand('echo out; sleep 1; echo err >&2; exit 7');
  const run = () => world.idem.end('run', '--key', 'twenty', '--', ...words);
  const all = await Promise.all(Array.from({ length: 20 }, run));
  expect(await runs()).toBe(1);
  for (const { exitCode, stdout, stderr } of all) {
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 7, stdout: 'out\n', stderr: 'err\n' });
  }
}, 60_000);

test('a later run is given the same, byte for byte and each stream to its own', async () => {
  const script = String.raw`printf '\000\001\377\200caf\303'; printf '\251 \033[1m' ; printf '\376' >&2; exit 3`;
  const { words, runs } = await countedCommand(script);
  const run = () => world.idem.end('run', '--key', 'binary', '--', ...words);
  const first = await run();
  const second = await run();
  expect(first.bytes).toEqual(Buffer.from('\0\x01\xff\x80caf\xc3\xa9 \x1b[1m', 'latin1'));
  expect(first.exitCode).toBe(3);
  expect(second).toEqual(first);
  expect(await runs()).toBe(1);
});

test('the same key with another command is a mismatch, and is not run', async () => {
  await world.idem.end('run', '--key', 'other-command', '--', 'true');
  const { words, runs } = await countedCommand();
  const { exitCode, stderr } = await world.idem.end('run', '--key', 'other-command', '--', ...words);
  expect(exitCode).toBe(65);
  expect(stderr).toMatch(/^idem: .*Use a new key for a new operation\.\n$/u);
  expect(await runs()).toBe(0);
});

test('the command is told its key, attempt and fencing token', async () => {
  const script =
    'echo $IDEMPOTENCY_NAMESPACE $IDEMPOTENCY_KEY $IDEMPOTENCY_ATTEMPT $IDEMPOTENCY_FENCING_TOKEN';
  const words = ['run', '-n', 'jobs', '-k', 'told', '--', 'sh', '-c', script];
  const { stdout } = await world.idem.end(...words);
  const record = await world.idem.json<{ fencingToken: number }>('get', 'told', '-n', 'jobs');
  expect(stdout).toBe(`jobs told 1 ${record.fencingToken}\n`);
});

test('a command that could not be started is released, so that the next run executes', async () => {
  const missing = await world.idem.end('run', '--key', 'missing', '--', '/no/such/command');
  expect(missing).toMatchObject({ exitCode: 127, stdout: '' });
  expect(missing.stderr).toContain('could not be started (ENOENT)');
  const forbidden = await world.idem.end('run', '--key', 'forbidden', '--', '/');
  expect(forbidden).toMatchObject({ exitCode: 126, stdout: '' });
  expect(await world.idem.json('get', 'missing')).toMatchObject({ state: 'released' });
  expect(await world.idem.json('get', 'forbidden')).toMatchObject({ state: 'released' });
});

test('an exit code that means that nothing happened lets the next run execute', async () => {
  const { words, runs } = await countedCommand('test $IDEMPOTENCY_ATTEMPT -eq 2 || exit 75');
  const run = () => world.idem.end('run', '--key', 'try-again', '--release-on', '74,75', '--', ...words);
  expect((await run()).exitCode).toBe(75);
  expect((await run()).exitCode).toBe(0);
  expect((await run()).exitCode).toBe(0);
  expect(await runs()).toBe(2);
});

test('output beyond the limit is shown as it comes, and is missing from replays, which say so', async () => {
  const words = ['run', '--key', 'chatty', '--max-output', '4B', '--', 'printf', '123456'];
  const first = await world.idem.end(...words);
  expect(first).toMatchObject({ exitCode: 0, stdout: '123456' });
  const second = await world.idem.end(...words);
  expect(second).toMatchObject({ exitCode: 0, stdout: '1234' });
  expect(second.stderr).toBe(
    'idem: the last 2 bytes of output were beyond the limit and were not replayed\n',
  );
});

test('output that the service refuses for its size is left out, and the exit code is stored', async () => {
  const script = 'head -c 2000000 /dev/urandom; exit 5';
  const words = ['run', '--key', 'huge', '--max-output', '2MiB', '--', 'sh', '-c', script];
  const first = await world.idem.end(...words);
  expect(first.bytes).toHaveLength(2_000_000);
  expect(first.exitCode).toBe(5);
  expect(await world.idem.end(...words)).toMatchObject({ exitCode: 5, stdout: '' });
});

test('an outcome that is not that of a command is not replayed as one', async () => {
  const run = ['run', '--key', 'other-caller', '--', 'true'];
  const { claimToken } = await world.idem.json<{ claimToken: string }>(
    ...['claim', 'other-caller', '--request', '["true"]'],
  );
  await world.idem.end(
    'complete',
    'other-caller',
    '--claim-token',
    claimToken,
    '--outcome',
    '{"body":"done"}',
  );
  expect(await world.idem.json('get', 'other-caller')).toMatchObject({ state: 'completed' });
  const { exitCode, stderr } = await world.idem.end(...run);
  expect(exitCode).toBe(65);
  expect(stderr).toContain('not that of a command');
});
