import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@infra-services/local-postgres';
import { Redis } from 'ioredis';

/** A Redis of a test's own, to be broken in every way. */
export interface TestRedis {
  readonly url: string;
  /** For looking into it and for planting what does not belong there. */
  readonly client: Redis;
  /** Nothing answers and connections stay open, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts again on the same port, empty. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts `redis-server` from the path; a machine without it fails the test, as nothing is skipped. */
export async function startRedis(...settings: string[]): Promise<TestRedis> {
  const port = await freePort();
  let server = await spawnRedis(port, settings);
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: () => 50 });
  client.on('error', () => undefined);
  return {
    url,
    client,
    pause: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    kill: () => end(server),
    restart: async () => {
      server = await spawnRedis(port, settings);
    },
    close: async () => {
      client.disconnect();
      await end(server);
    },
  };
}

async function spawnRedis(port: number, settings: readonly string[]): Promise<ChildProcess> {
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...settings],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.on('error', () => {
      reject(new Error('these tests need redis-server on the path: apt-get install redis-server'));
    });
    server.on('exit', (code) => {
      reject(new Error(`redis-server ended with ${code ?? 'a signal'}`));
    });
    server.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve();
    });
  });
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}
