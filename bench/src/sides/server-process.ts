import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** All of its environment but PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** A file and no pipe: reading a side's log must not cost the machine anything while it is measured. */
  readonly logFile: string;
  /** Where it serves, once it does; asked again and again until then. */
  readonly ready: (log: string) => Promise<string | undefined> | string | undefined;
}

export interface ServerProcess {
  readonly url: string;
  /** SIGTERM, and SIGKILL for one that does not end. Can be called again. */
  stop(): Promise<void>;
}

const POLL_MS = 50;
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 10_000;

/** Starts a server and waits until it serves. Throws with the end of its log if it does not. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  // Emptied: what an earlier server of this name said is not about this one.
  const log = await open(options.logFile, 'w');
  const child = spawn(options.command, options.args, {
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${String(code)}`}`));
  });
  await log.close();
  try {
    const url = await Promise.race([
      untilReady(options),
      ended.then(async (reason) => Promise.reject(await failure(options, reason))),
    ]);
    return { url, stop: () => stop(child, ended) };
  } catch (error) {
    await stop(child, ended);
    throw error;
  }
}

/** For programs of our own: the line that says `listening`, and where. */
export function listeningUrl(log: string): string | undefined {
  const line = log.split('\n').find((text) => text.includes('"listening"') && text.endsWith('}'));
  return line === undefined ? undefined : (JSON.parse(line) as { url: string }).url;
}

async function untilReady(options: ServerOptions): Promise<string> {
  const giveUpAt = performance.now() + START_DEADLINE_MS;
  while (performance.now() < giveUpAt) {
    const url = await options.ready(await readFile(options.logFile, 'utf8'));
    if (url !== undefined) return url;
    await sleep(POLL_MS);
  }
  throw await failure(options, `it did not serve within ${START_DEADLINE_MS / 1e3} s`);
}

async function failure(options: ServerOptions, reason: string): Promise<Error> {
  const log = await readFile(options.logFile, 'utf8');
  return new Error(`${options.name} did not start: ${reason}. ${log.trim().slice(-500)}`);
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await ended;
  clearTimeout(kill);
}
