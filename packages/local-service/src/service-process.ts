import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(import.meta.resolve('@infra-services/idempotency-api/internal/main.js'));

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** Sends the signal and waits for the end. Nothing happens where it has ended already. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts the built service and waits until it listens; throws with its log if it ends before. */
export async function startServiceProcess(
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [program], {
    // Where CI keeps compiled code (scripts/ci/verify.mjs): a start takes a sixth less with it.
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const log: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { msg?: string; url?: string };
      if (log.length < STARTUP_LINES) log.push(line);
      if (entry.msg === 'listening' && entry.url) resolve(entry.url);
    });
    exited.then(() => reject(new Error(`the service did not start: ${log.join('\n')}`)), reject);
  });
  return {
    child,
    url,
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

/** Enough to say why a start failed. */
const STARTUP_LINES = 20;
