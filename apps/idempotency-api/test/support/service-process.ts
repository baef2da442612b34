import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { ApiClient } from './api-client.js';
import { createDatabase, type TestDatabase } from './database.js';
import { expectDiscretion } from './discretion.js';
import { patient } from './limits-of-patience.js';

const builtEntry = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The built service in a process of its own, for tests that kill it. */
export interface ServiceProcess {
  readonly api: ApiClient;
  readonly child: ChildProcess;
  /** Lines of its log so far. */
  readonly log: readonly string[];
  /** Sends the signal and waits for the end; the exit code, null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `dist/main.js`, or another build's, and waits until it listens. The caller ends it. */
export async function startService(
  environment: Record<string, string>,
  entry = builtEntry,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const log: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const said = JSON.parse(line) as { msg?: string; url?: string };
      if (said.msg === 'listening' && said.url) resolve(said.url);
    });
    void exited.then(([code]) => {
      reject(new Error(`the service ended with ${code ?? 'a signal'}: ${log.join('\n')}`));
    });
  });
  const api = new ApiClient(url);
  return {
    api,
    child,
    log,
    end: async (signal) => {
      child.kill(signal);
      const [code] = await exited;
      api.close();
      expectDiscretion(log);
      return code;
    },
  };
}

/** A service in a process of its own, on a database of its own. */
export interface ProcessWorld {
  readonly api: ApiClient;
  readonly database: TestDatabase;
  /** Lines of the service's log so far. */
  readonly log: readonly string[];
}

/** One for the tests of a file or a describe block, as `useWorld` has in the process of the tests. Its members are there once tests run. */
export function useServiceProcess(): ProcessWorld {
  let database: TestDatabase | undefined;
  let service: ServiceProcess | undefined;
  beforeAll(async () => {
    database = await createDatabase();
    service = await startService({ ...patient, DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await service?.end('SIGTERM');
    await database?.drop();
  });
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the service is there once tests run');
    return part;
  };
  return {
    get api() {
      return started(service).api;
    },
    get database() {
      return started(database);
    },
    get log() {
      return started(service).log;
    },
  };
}
