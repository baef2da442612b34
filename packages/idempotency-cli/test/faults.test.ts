import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { freePort } from '@infra-services/local-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { Idem, untilWritten } from './support/idem.js';
import { countedCommand, useWorld } from './support/world.js';

const world = useWorld();

/** A command that says when it has begun, and then stays until a signal ends it. */
const UNTIL_ENDED = 'echo begun; exec sleep 60';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s is passed on, and a command that it ends leaves an unknown outcome',
  async (signal) => {
    const key = `passed-on-${signal}`;
    const words = ['run', '--key', key, '--', 'sh', '-c', UNTIL_ENDED];
    const { process: running, ended } = world.idem.start(...words);
    await untilWritten(running.stdout, 'begun');
    running.kill(signal);
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
    expect(stderr).toContain(`was ended by ${signal}: whether it happened is unknown`);
    expect(await world.idem.end(...words)).toMatchObject({ exitCode: 76, stdout: '' });
  },
);

test('a command that cleans up after a signal and ends by itself is stored as it ended', async () => {
  const script = `trap 'echo cleaned; exit 9' TERM; echo begun; while :; do sleep 0.05; done`;
  const words = ['run', '--key', 'cleans-up', '--', 'sh', '-c', script];
  const { process: running, ended } = world.idem.start(...words);
  await untilWritten(running.stdout, 'begun');
  running.kill('SIGTERM');
  expect(await ended).toMatchObject({ exitCode: 9, stdout: 'begun\ncleaned\n' });
  expect(await world.idem.end(...words)).toMatchObject({ exitCode: 9, stdout: 'begun\ncleaned\n' });
});

test('the end by a signal is replayed as such where that was asked for', async () => {
  const words = ['run', '--key', 'stored-signal', '--on-signal', 'store', '--', 'sh', '-c', 'kill -KILL $$'];
  expect(await world.idem.end(...words)).toMatchObject({ exitCode: 137 });
  expect(await world.idem.end(...words)).toMatchObject({ exitCode: 137 });
});

test('who does not wait is told that a run elsewhere is at work, and leaves it alone', async () => {
  const script = 'echo begun; read line; echo $line';
  const first = world.idem.start('run', '--key', 'at-work', '--', 'sh', '-c', script);
  await untilWritten(first.process.stdout, 'begun');
  const second = await world.idem.end('run', '--key', 'at-work', '--no-wait', '--', 'sh', '-c', script);
  expect(second).toMatchObject({ exitCode: 75, stdout: '' });
  first.process.stdin.end('finished\n');
  expect(await first.ended).toMatchObject({ exitCode: 0, stdout: 'begun\nfinished\n' });
});

test('a signal before the command was started ends the run, and nothing happens', async () => {
  const silent = await silentService();
  const { words, runs } = await countedCommand();
  const options = ['--key', 'interrupted', '--timeout', '300ms'];
  const { process: running, ended } = new Idem(silent.url).start('run', ...options, '--', ...words);
  await silent.asked;
  running.kill('SIGTERM');
  expect(await ended).toMatchObject({ exitCode: 143, signal: null, stdout: '' });
  expect(await runs()).toBe(0);
});

test('where the service is away nothing is run', async () => {
  const { words, runs } = await countedCommand();
  const idem = new Idem(await addressOfNobody());
  const run = ['run', '--key', 'away', '--retry-for', '200ms'];
  const { exitCode, stderr } = await idem.end(...run, '--', ...words);
  expect(exitCode).toBe(69);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  const asJson = await idem.end(...run, '--json', '--', ...words);
  expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { exit: 'UNAVAILABLE', exitCode: 69 } });
  expect(await runs()).toBe(0);
});

test('after a killed run the outcome is unknown, until an operator says that it may run again', async () => {
  const key = 'killed-then-retried';
  const { run, runs } = await killedRun(key);
  expect((await run()).exitCode).toBe(76);
  expect((await run()).stderr).toContain(`idem resolve ${key} --retry`);
  expect(await runs()).toBe(1);
  expect(await world.idem.end('resolve', key, '--retry')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await run()).toMatchObject({ exitCode: 0, stdout: 'attempt 2\n' });
  expect(await runs()).toBe(2);
});

test('after a killed run that an operator has found done, its exit code is replayed', async () => {
  const key = 'killed-then-completed';
  const { run, runs } = await killedRun(key);
  expect((await run()).exitCode).toBe(76);
  await world.idem.end('resolve', key, '--completed', '--exit-code', '4', '--note', 'seen in the ledger');
  expect(await run()).toMatchObject({ exitCode: 4, stdout: '' });
  expect(await runs()).toBe(1);
});

test('under takeover the next run executes after a killed one', async () => {
  const { run, runs } = await killedRun('killed-then-taken-over', '--on-lease-expiry', 'takeover');
  expect(await run()).toMatchObject({ exitCode: 0, stdout: 'attempt 2\n' });
  expect(await runs()).toBe(2);
});

test('a run that loses its claim ends its command and says so', async () => {
  const words = ['run', '--key', 'lost', '--lease', '900ms', '--', 'sh', '-c', UNTIL_ENDED];
  const { process: running, ended } = world.idem.start(...words);
  await untilWritten(running.stdout, 'begun');
  expect(await world.idem.end('delete', 'lost', '--force', '--yes')).toMatchObject({ exitCode: 0 });
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(79);
  expect(stderr).toMatch(/^idem: .*lost.*\n$/u);
});

/** A first run that is killed in its midst, and the same run again, whose command ends. */
async function killedRun(key: string, ...options: string[]) {
  const { words, runs } = await countedCommand(
    'if [ $IDEMPOTENCY_ATTEMPT -eq 1 ]; then echo begun; exec sleep 5; fi; echo attempt $IDEMPOTENCY_ATTEMPT',
  );
  const { process: running, ended } = world.idem.start(
    ...['run', '--key', key, '--lease', '1s', ...options, '--', ...words],
  );
  await untilWritten(running.stdout, 'begun');
  running.kill('SIGKILL');
  running.stdout.destroy();
  running.stderr.destroy();
  await ended.catch(() => undefined);
  const again = ['run', '--key', key, ...options, '--', ...words];
  return { run: () => world.idem.end(...again), runs };
}

/** Takes calls and never answers. */
async function silentService(): Promise<{ url: string; asked: Promise<unknown> }> {
  const server = createServer();
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const asked = connected.then(([socket]) => once(socket, 'data'));
  const open = new Set<Socket>();
  server.on('connection', (socket) => open.add(socket));
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Where nobody listens: the port was given out a moment ago, and closed. */
async function addressOfNobody(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}
