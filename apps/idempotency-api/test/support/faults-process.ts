import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { expectDiscretion } from './discretion.js';

/** A program of the build in a process of its own, and everything that it has printed. */
export interface Program {
  readonly child: ChildProcess;
  /** Lines so far. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** The exit code once both outputs have ended; null after a signal. */
  readonly ended: Promise<number | null>;
  /** The first line of standard output that matches, printed or to come. Rejects if the program ends without it. */
  line(pattern: RegExp): Promise<string>;
}

/** Runs `dist/<name>.js` in an environment of its own. It is killed with the test, if it still runs. */
export function runProgram(
  name: 'main' | 'start' | 'migrate',
  environment: Readonly<Record<string, string>>,
  options: { readonly cwd?: string } = {},
): Program {
  const entry = fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that a test can signal all of it, as Ctrl-C does.
    detached: true,
    ...options,
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    expectDiscretion([...stdout, ...stderr]);
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
  return {
    child,
    stdout,
    stderr,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = stdout.find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        lines.on('line', look);
        look();
        void ended.then((code) => {
          reject(
            new Error(`ended with ${code ?? 'a signal'} before ${pattern.source}: ${stderr.join('\n')}`),
          );
        });
      }),
  };
}

/** Waits until a service says where it listens. */
export async function untilListening(program: Program): Promise<string> {
  const line = await program.line(/"msg":"listening"/);
  return (JSON.parse(line) as { url: string }).url;
}
