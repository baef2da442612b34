import { fork, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunningPids } from './undertaker.js';

const UNDERTAKER = fileURLToPath(new URL('./undertaker.js', import.meta.url));

/** Every process that was started and runs. */
const running = new Set<ChildProcess>();
let undertaker: ChildProcess | undefined;

/** A process of the cluster, its output in a file. */
export class Program {
  /** Resolves when the process has ended. */
  readonly ended: Promise<unknown>;

  constructor(readonly child: ChildProcess) {
    running.add(child);
    tellUndertaker();
    this.ended = once(child, 'exit').finally(() => {
      running.delete(child);
      tellUndertaker();
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends the signal and waits for the end; nothing where it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.isRunning) this.child.kill(signal);
    await this.ended;
  }
}

/**
 * Has every process that is started from now on ended when this one ends, however it ends: by another process, in a
 * session of its own, which outlives even a SIGKILL of this one and all its group.
 */
export function hireUndertaker(): void {
  undertaker = fork(UNDERTAKER, { detached: true, execArgv: [] });
  // It waits for our end, and must not keep us from it.
  undertaker.unref();
  undertaker.channel?.unref();
}

function tellUndertaker(): void {
  const pids = [...running].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  if (undertaker?.connected === true) undertaker.send(pids satisfies RunningPids);
}

/** Starts a program with its output appended to a file. */
export function startProgram(
  command: string,
  args: readonly string[],
  logFile: string,
  options: SpawnOptions = {},
): Program {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { ...options, stdio: ['ignore', log, log] });
  closeSync(log);
  return new Program(child);
}

/** Asks until the answer is true, or throws after the time; a question that throws counts as no. Milliseconds. */
export async function until(
  what: string,
  question: () => Promise<boolean>,
  withinMs: number,
  everyMs = 50,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await question().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(everyMs);
  }
}
