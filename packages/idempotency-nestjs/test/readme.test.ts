import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startLocalService } from '@infra-services/local-service';
import { expect, inject, onTestFinished, test } from 'vitest';
import { blocks, compile, newcomer } from './support/readme.js';

const { added, removed, before, after } = newcomer();

test('a newcomer adds at most ten lines and takes none away, and the application compiles before and after', () => {
  expect(added.length).toBeGreaterThan(0);
  expect(added.length).toBeLessThanOrEqual(10);
  expect(removed).toEqual([]);
  expect(compile(before).problems).toEqual([]);
  expect(compile(after).problems).toEqual([]);
}, 60_000);

test("the newcomer's application, run with the README's curl twice, creates one order", async () => {
  const service = await startLocalService({ postgresUrl: inject('postgresUrl') });
  onTestFinished(() => service.stop());
  const url = await run(after, service.url);
  const command = (blocks('sh')[0] ?? '').replace('http://127.0.0.1:8080', url);

  const first = await shell(command);
  const second = await shell(command);
  expect(first).toMatch(/^HTTP\/1\.1 201/);
  expect(bodyOf(first)).toBe('{"id":1,"item":"tea"}');
  expect(bodyOf(second)).toBe(bodyOf(first));
  expect([first, second].map((answer) => /^idempotent-replayed: true/im.test(answer))).toEqual([false, true]);
  expect(bodyOf(await shell(command.replace('order-1017', 'order-1018')))).toBe('{"id":2,"item":"tea"}');
}, 60_000);

test('every other example compiles', () => {
  const examples = blocks('ts');
  expect(examples.length).toBeGreaterThan(0);
  expect(examples.flatMap((example) => compile(example).problems)).toEqual([]);
}, 60_000);

/** The program as a process of its own, within this package so that its imports lead where a user's do. */
async function run(program: string, idempotencyUrl: string): Promise<string> {
  const folder = fileURLToPath(new URL('../.turbo/readme', import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/newcomer.js`, compile(program).javascript);
  const port = await freePort();
  const child = spawn(process.execPath, [`${folder}/newcomer.js`], {
    env: { PATH: process.env.PATH, PORT: String(port), IDEMPOTENCY_URL: idempotencyUrl, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
    await rm(folder, { recursive: true });
  });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('successfully started')) resolve();
    });
    child.once('exit', () => reject(new Error("the README's application did not start")));
  });
  return `http://localhost:${port}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function shell(command: string): Promise<string> {
  const child = spawn('sh', ['-c', `${command.trim()} --retry 10 --retry-connrefused --retry-delay 1`]);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks).toString();
}

function bodyOf(answer: string): string {
  return answer.split('\r\n\r\n').at(-1) ?? '';
}
